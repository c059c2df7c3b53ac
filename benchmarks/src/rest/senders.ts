import { Rest } from '@qqkit/rest'
import { create } from 'axios'
import { Agent as HttpAgent } from 'node:http'
import { Agent, request } from 'undici'

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
