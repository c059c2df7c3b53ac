import { expect } from 'vitest'

import type { FaultStage } from '../fault-stage.js'
import type { WireAnswer } from '../wire-client.js'
import { answered, broken, send, SENT } from './calls.js'
import type { Play } from './play.js'

const lookup = async (stage: FaultStage): Promise<WireAnswer> => stage.call('/gateway/bot')
const exchange = async ({ client, sim }: FaultStage): Promise<WireAnswer> =>
  client.call('/app/getAppAccessToken', {
    method: 'POST',
    body: { appId: sim.credentials.appId, clientSecret: sim.credentials.secret },
  })
const signalled =
  (path: string) =>
  async ({ client, token }: FaultStage, signal: AbortSignal): Promise<WireAnswer> =>
    client.call(path, { token, signal })
/** Faults of gateway lookups and tokens. The token endpoint fails with HTTP 200 (§1.2). */
export const lookupPlays: Readonly<Record<string, Play>> = {
  'gateway-null': answered(lookup, { status: 200, text: 'null' }),
  'gateway-empty': answered(lookup, { status: 200, text: '{}' }),
  'gateway-wrong-types': answered(lookup, {
    status: 200,
    json: { url: 7, shards: 'many', session_start_limit: [] },
  }),
  'gateway-html': answered(lookup, {
    status: 502,
    text: expect.stringContaining('<html>') as string,
    headers: { 'content-type': 'text/html' },
  }),
  'gateway-500': answered(lookup, { status: 500, text: '' }),
  'gateway-hangs': broken(signalled('/gateway/bot')),
  'token-limited': answered(exchange, { status: 200, json: { code: 100001, message: 'Too many requests' } }),
  'token-refused': answered(exchange, { status: 200, json: { code: 100016 } }),
  'token-wrong-form': answered(exchange, { status: 200, json: { code: 100002, message: 'internal err' } }),
  'token-too-often': answered(exchange, {
    status: 200,
    json: { code: 100017, message: '接口调用超过频率限制' },
  }),
  'token-500': answered(exchange, { status: 500 }),
  'token-hangs': broken(async ({ client }, signal) =>
    client.call('/app/getAppAccessToken', { method: 'POST', body: {}, signal }),
  ),
  'token-expired': answered(send, { status: 401, json: { err_code: 11244 } }, SENT),
  'ip-not-allowed': answered(lookup, { status: 401, json: { err_code: 11298 } }),
}
