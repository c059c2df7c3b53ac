import { describe, expect, it } from 'vitest'

import { memoryClient } from '../support/clients.js'
import type { WireAnswer, WireCall, WireClient } from '../support/wire-client.js'

const exchange = async (client: WireClient, call: WireCall): Promise<WireAnswer> =>
  client.call('/app/getAppAccessToken', { method: 'POST', ...call })

/** Failures of the token endpoint have HTTP 200 (§1.2). */
const refusedWith = (code: number): object => ({
  status: 200,
  json: { code, message: expect.any(String) as string },
})

describe('the token endpoint (§1.2)', () => {
  it.each([
    [
      'an appId that is a number',
      (appId: string, clientSecret: string) => ({ body: { appId: Number(appId), clientSecret } }),
    ],
    [
      'a form',
      (appId: string, clientSecret: string) => ({
        body: `appId=${appId}&clientSecret=${clientSecret}`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
    ],
    [
      'a form of parts',
      (appId: string, clientSecret: string) => ({
        body: `--b\r\ncontent-disposition: form-data; name="appId"\r\n\r\n${appId}\r\n--b\r\ncontent-disposition: form-data; name="clientSecret"\r\n\r\n${clientSecret}\r\n--b--\r\n`,
        headers: { 'content-type': 'multipart/form-data; boundary=b' },
      }),
    ],
    ['no JSON', () => ({ body: 'hello' })],
    ['a list', () => ({ body: '[]' })],
  ])('ST-06 answers %s with 100002', async (_what, callOf) => {
    const client = await memoryClient()
    const { appId, secret } = client.sim.credentials
    const answer = await exchange(client, callOf(appId, secret))
    expect(answer).toMatchObject({ status: 200, json: { code: 100002, message: 'internal err' } })
    expect((await exchange(client, { body: { appId, clientSecret: secret } })).json).toHaveProperty(
      'access_token',
    )
    await client.close()
  })

  it.each([
    ['nobody', { appId: '42', clientSecret: 'x' }, 100007],
    ['no appId', { clientSecret: 'x' }, 100007],
    ['a wrong secret', { appId: '102000001', clientSecret: 'x' }, 100016],
    ['no secret', { appId: '102000001' }, 100016],
  ])('SM-03 answers %s', async (_what, body, code) => {
    const client = await memoryClient()
    expect(await exchange(client, { body })).toMatchObject(refusedWith(code))
    await client.close()
  })
})
