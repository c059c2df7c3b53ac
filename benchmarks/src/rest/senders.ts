import { Rest } from '@qqkit/rest'
import { create } from 'axios'
import { Agent as HttpAgent } from 'node:http'
import { Agent, request, type Dispatcher } from 'undici'

/** Sends the n-th message and resolves when the answer has been read. */
export type Sender = (n: number) => Promise<unknown>

const OPENID = 'A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1'
const CONTENT = 'The answer is forty-two, and here is why it took so long.'

const path = `/v2/users/${OPENID}/messages`
const body = (n: number): Record<string, unknown> => ({
  content: CONTENT,
  msg_type: 0,
  msg_id: `ROBOT1.0_bench.${n}`,
  msg_seq: 1,
})

/** What anyone writes at first: the token while it is valid, JSON both ways, and one check of the status. */
const createMinimal = (
  base: string,
  dispatcher: Dispatcher,
): ((path: string, body: object) => Promise<unknown>) => {
  let token = ''
  let validUntil = 0
  const post = async (path: string, body: object, headers: Record<string, string>): Promise<unknown> => {
    const response = await request(base + path, {
      method: 'POST',
      dispatcher,
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const answer = await response.body.json()
    if (response.statusCode >= 400) throw new Error(`${response.statusCode}: ${JSON.stringify(answer)}`)
    return answer
  }
  return async (path, body) => {
    if (Date.now() > validUntil) {
      const answer = await post('/app/getAppAccessToken', { appId: '102000001', clientSecret: 'bench' }, {})
      const { access_token: fresh, expires_in: seconds } = answer as {
        access_token: string
        expires_in: string
      }
      token = fresh
      validUntil = Date.now() + (Number(seconds) - 60) * 1000
    }
    return post(path, body, { authorization: `QQBot ${token}` })
  }
}

/** The contenders; the first is the floor. Each keeps one connection per concurrent send. */
export const senders: Readonly<Record<string, (base: string, concurrency: number) => Sender>> = {
  'bare undici': (base, concurrency) => {
    const dispatcher = new Agent({ connections: concurrency })
    return async (n) => {
      const response = await request(base + path, {
        method: 'POST',
        dispatcher,
        headers: { authorization: 'QQBot AT_bench', 'content-type': 'application/json' },
        body: JSON.stringify(body(n)),
      })
      return response.body.json()
    }
  },
  'a minimal client': (base, concurrency) => {
    const post = createMinimal(base, new Agent({ connections: concurrency }))
    return async (n) => post(path, body(n))
  },
  '@qqkit/rest': (base) => {
    const rest = new Rest({
      appId: '102000001',
      secret: 'tst-secret-0001',
      baseUrl: base,
      tokenUrl: `${base}/app/getAppAccessToken`,
      // With limits, only the platform's 100 messages a second would be measured.
      limits: false,
    })
    return (n) =>
      rest.send({ scene: 'c2c', id: OPENID }, CONTENT, { anchor: { msgId: `ROBOT1.0_bench.${n}` } })
  },
  axios: (base, concurrency) => {
    const client = create({
      baseURL: base,
      httpAgent: new HttpAgent({ keepAlive: true, maxSockets: concurrency }),
      headers: { authorization: 'QQBot AT_bench' },
    })
    return async (n) => (await client.post(path, body(n))).data
  },
}
