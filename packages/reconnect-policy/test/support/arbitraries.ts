import { definePolicy, type Disconnect, type Policy } from '@qqkit/reconnect-policy'
import fc from 'fast-check'

const causes = [
  'network',
  'session_invalid',
  'session_resumable',
  'rate_limited',
  'nobody knows',
  'own',
  'constructor',
]

/** Lives around the borders that matter, and anything between. */
const life = fc.oneof(fc.constantFrom(0, 4_999, 5_000, 59_999, 60_000), fc.nat(200_000))

/** A disconnect of any kind; callers' own waits only where asked for. */
export const anyDisconnect = ({ own = true }: { own?: boolean } = {}): fc.Arbitrary<Disconnect> =>
  fc
    .record({
      cause: fc.constantFrom(...causes),
      session: fc.boolean(),
      stage: fc.constantFrom('http', 'connecting', 'greeting', 'identifying', 'resuming', 'ready'),
      openFor: life,
      young: fc.nat(1_000),
      replayed: fc.boolean(),
      delay: own ? fc.option(fc.nat(100_000), { nil: undefined }) : fc.constant(undefined),
    })
    .map(({ cause, session, stage, openFor, young, replayed, delay }): Disconnect => {
      const base = { cause, session, ...(delay !== undefined && { delay }) }
      if (stage === 'http' || stage === 'connecting') return { ...base, stage }
      if (stage === 'resuming') return { ...base, stage, openFor, replayed }
      return stage === 'ready'
        ? { ...base, stage, openFor, readyFor: Math.max(0, openFor - young) }
        : { ...base, stage, openFor }
    })

const wait = fc.integer({ min: 1, max: 100_000 })
const rungs = fc.array(wait, { minLength: 1, maxLength: 6 }).map((list) => list.sort((a, b) => a - b))

/** Any policy that can be defined and never gives up. */
export const anyPolicy: fc.Arbitrary<Policy> = fc
  .record({
    ladder: rungs,
    httpLadder: rungs,
    rateLimited: wait,
    sessionRefused: wait,
    quick: fc.record({ count: fc.integer({ min: 1, max: 4 }), within: wait, delay: wait }),
    stableAfter: wait,
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    resumeTries: fc.integer({ min: 1, max: 4 }),
    own: wait,
  })
  .map(({ own, ...options }) => definePolicy({ ...options, rules: { own: { delay: own } } }))
