import type { LogRecord } from '@qqkit/core'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import { keysOf, signText } from '../src/signature.js'
import { APP_ID, listening, SECRET } from './support/platform.js'

const key = fc.constantFrom('op', 't', 'id', 's', 'd', 'type', 'plain_token', 'event_ts')
const value = fc.oneof(
  fc.constantFrom(0, 1, 11, 12, 13, '0', 'INTERACTION_CREATE', 'C2C_MESSAGE_CREATE', null, '1760000000'),
  fc.jsonValue(),
)
const { frame } = fc.letrec<{ frame: object; inner: unknown }>((tie) => ({
  inner: fc.oneof({ depthSize: 'small' }, value, tie('frame')),
  frame: fc.dictionary(key, tie('inner'), { maxKeys: 6 }),
}))
const body = fc.oneof(
  frame.map((it) => JSON.stringify(it)),
  fc.string({ unit: 'binary' }),
  fc.json(),
)
const header = fc.option(fc.stringMatching(/^[ -~]{0,40}$/), { nil: null })

it('WH-03 every request is answered, signed or not, and every refusal is logged once', async () => {
  const request = fc.record({
    body,
    signed: fc.boolean(),
    timestamp: header,
    signature: header,
    appId: header,
  })
  await fc.assert(
    fc.asyncProperty(request, async ({ body, signed, timestamp, signature, appId }) => {
      const records: LogRecord[] = []
      const { clock, deliveries, webhook } = listening({ log: (record) => records.push(record) })
      const time = String(Math.floor(clock.wall() / 1000))
      const headers = Object.entries({
        'x-bot-appid': signed ? APP_ID : appId,
        'x-signature-timestamp': signed ? time : timestamp,
        'x-signature-ed25519': signed ? signText(keysOf(SECRET), time, body) : signature,
      }).filter((entry): entry is [string, string] => entry[1] !== null)
      const answering = webhook.fetch(new Request('https://bot.example/', { method: 'POST', headers, body }))
      await clock.advance(5000)
      const { status } = await answering
      const refused = records.filter(({ event }) => event === 'webhook.refused')
      expect([200, 400, 401, 403]).toContain(status)
      expect(refused.length).toBe(status === 200 ? 0 : 1)
      expect(signed || deliveries.length === 0).toBe(true)
      expect(clock.pending).toBe(0)
    }),
    { numRuns: 1000 },
  )
})
