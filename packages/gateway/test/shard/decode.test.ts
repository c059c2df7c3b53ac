import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import { decode, encodeHeartbeat, encodeIdentify, encodeResume, Malformed } from '../../src/shard/codec.js'

const CAP = 100_000

it('GW-23 never throws, whatever comes', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.uint8Array()), (data) => {
      const decoded = decode(data, CAP)
      expect(decoded instanceof Malformed ? decoded.problem !== '' : Number.isInteger(decoded.op)).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

it('GW-23 does not parse what is over the cap', () => {
  expect(decode(JSON.stringify({ op: 11, d: 'x'.repeat(CAP) }), CAP)).toMatchObject({ unparseable: true })
})

it('hands on what the platform sent, as it is', () => {
  const frame = { op: 0, s: 3, t: 'READY', id: 'a', d: { deep: [1] }, extra: true }
  expect(decode(JSON.stringify(frame), CAP)).toEqual(frame)
  expect(decode('{"op":11}', CAP)).toEqual({ op: 11 })
})

it('GW-23 reads a frame behind a byte order mark, in text and bytes', () => {
  const marked = '\uFEFF{"op":11}'
  expect(decode(marked, CAP)).toEqual({ op: 11 })
  expect(decode(new TextEncoder().encode(marked), CAP)).toEqual({ op: 11 })
})

it('BT-19 hands a number as an id on as it came, so that consumers can refuse it', () => {
  const frame = { op: 0, s: 3, t: 'C2C_MESSAGE_CREATE', id: 144_115_218_760_174, d: {} }
  expect(decode(JSON.stringify(frame), CAP)).toEqual(frame)
})

it('takes a seq, an id or a name of the wrong type for absent', () => {
  expect(decode('{"op":0,"s":-1,"t":"A","id":[7]}', CAP)).toEqual({ op: 0, s: null, t: 'A', id: null })
  expect(decode('{"op":11,"s":"1","t":5}', CAP)).toEqual({ op: 11, s: null, t: null, id: null })
})

it('GW-27 writes what the protocol asks for', () => {
  expect(JSON.parse(encodeIdentify('AT', 513, { index: 1, total: 3 }))).toMatchObject({
    op: 2,
    d: { token: 'QQBot AT', intents: 513, shard: [1, 3] },
  })
  expect(JSON.parse(encodeResume('AT', 'sid', 7))).toEqual({
    op: 6,
    d: { token: 'QQBot AT', session_id: 'sid', seq: 7 },
  })
  expect(JSON.parse(encodeHeartbeat(null))).toEqual({ op: 1, d: null })
})
