import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { SessionCheckpoint } from '../../src/delivery/session-checkpoint.js'
import {
  decodeStoredSession,
  encodeStoredSession,
  type SessionIdentity,
} from '../../src/session/stored-session.js'

const identity: SessionIdentity = {
  appId: '102000001',
  shard: { index: 0, total: 2 },
  host: 'gateway.example',
  intents: 1 << 25,
}
const checkpoint: SessionCheckpoint = {
  sessionId: '11111111-2222-4333-8444-555555555555',
  committed: 41,
  doneAbove: [
    [43, 45],
    [47, 47],
  ],
  inFlight: [
    [42, 1],
    [46, 2],
  ],
}
const text = encodeStoredSession(identity, {
  checkpoint,
  savedAt: 1_700_000_000_000,
  since: 1_690_000_000_000,
  startedAt: 1_680_000_000_000,
})

it('GW-17 gives back what was stored', () => {
  expect(decodeStoredSession(text, identity)).toEqual({
    kind: 'usable',
    checkpoint,
    since: 1_690_000_000_000,
    startedAt: 1_680_000_000_000,
  })
  expect(decodeStoredSession(null, identity)).toEqual({ kind: 'none' })
})

describe('GW-18 a session of somebody else', () => {
  const others: readonly (readonly [Partial<SessionIdentity>, string])[] = [
    [{ appId: '102000002' }, 'another bot'],
    [{ host: 'sandbox.example' }, 'another gateway host'],
    [{ shard: { index: 1, total: 2 } }, 'another shard'],
    [{ shard: { index: 0, total: 3 } }, 'another shard'],
    [{ intents: 1 }, 'other intents'],
    [{ appId: 'x', intents: 1 }, 'another bot and other intents'],
  ]
  for (const [over, whose] of others) {
    it(`GW-18 of ${whose} is of no use`, () => {
      const found = decodeStoredSession(text, { ...identity, ...over })
      expect(found).toEqual({
        kind: 'unusable',
        problem: `it belongs to ${whose}`,
        since: 1_690_000_000_000,
        lastSeq: 41,
      })
    })
  }
})

describe('GW-18 a damaged session', () => {
  const whole = JSON.parse(text) as Record<string, unknown>
  const damaged: Readonly<Record<string, string>> = {
    'an empty file': '',
    'half a file': text.slice(0, text.length / 2),
    'null bytes': '\0'.repeat(text.length),
    'something else': '<html></html>',
    null: 'null',
    'an array': '[]',
    'a later format': JSON.stringify({ ...whole, format: 2 }),
    'no session id': JSON.stringify({ ...whole, sessionId: '' }),
    'a seq as text': JSON.stringify({ ...whole, committed: '41' }),
    'a negative seq': JSON.stringify({ ...whole, committed: -1 }),
    'a stretch that ends before it begins': JSON.stringify({ ...whole, doneAbove: [[5, 4]] }),
    'stretches out of order': JSON.stringify({
      ...whole,
      doneAbove: [
        [7, 8],
        [5, 6],
      ],
    }),
    'what was in flight out of order': JSON.stringify({
      ...whole,
      inFlight: [
        [7, 1],
        [5, 1],
      ],
    }),
    'half a pair': JSON.stringify({ ...whole, inFlight: [[5]] }),
    'no time': JSON.stringify({ ...whole, savedAt: null }),
    'something added': JSON.stringify({ ...whole, admin: true }),
  }
  for (const [name, content] of Object.entries(damaged)) {
    it(`GW-18 with ${name} is not used in part`, () => {
      expect(decodeStoredSession(content, identity).kind).toBe('unusable')
    })
  }
})

it('GW-17 knows since when events are missing, also from half a file, and from one without that field', () => {
  const half = text.slice(0, text.length * 0.8)
  expect(decodeStoredSession(half, identity)).toMatchObject({ since: 1_690_000_000_000, lastSeq: 41 })
  expect(decodeStoredSession('', identity)).toMatchObject({ kind: 'unusable', since: null, lastSeq: null })
  const { since: _, ...older } = JSON.parse(text) as Record<string, unknown>
  expect(decodeStoredSession(JSON.stringify(older), identity)).toMatchObject({ since: 1_700_000_000_000 })
})

it('GW-18 writes nothing that it would not read: of a great many events in flight the first ones', () => {
  const inFlight = Array.from({ length: 150_000 }, (_, at) => [42 + 2 * at, 1] as const)
  const doneAbove = inFlight.map(([seq]) => [seq + 1, seq + 1] as const)
  const much = encodeStoredSession(identity, {
    checkpoint: { ...checkpoint, inFlight, doneAbove },
    savedAt: 1,
    since: 1,
  })
  const found = decodeStoredSession(much, identity)
  expect(found).toMatchObject({ kind: 'usable', checkpoint: { committed: 41 } })
})

it('GW-18 property: no text makes it throw, and a changed one is refused or still well-formed', () => {
  fc.assert(
    fc.property(fc.nat(text.length), fc.nat(20), fc.string({ maxLength: 8 }), (at, cut, put) => {
      const found = decodeStoredSession(text.slice(0, at) + put + text.slice(at + cut), identity)
      expect(found.kind === 'unusable' || found.kind === 'usable').toBe(true)
    }),
    { numRuns: 500 },
  )
})
