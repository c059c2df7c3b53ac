import {
  connectBudget,
  decide,
  defaultPolicy,
  definePolicy,
  initialHistory,
  type Disconnect,
  type Policy,
} from '@qqkit/reconnect-policy'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { anyDisconnect, anyPolicy } from './support/arbitraries.js'
import { exact, refused } from './support/feed.js'

const luck = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const disconnects = fc.array(fc.tuple(anyDisconnect(), luck), { maxLength: 60, size: 'max' })
const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** When connects begin, for disconnects that come as soon as they can. */
const connectTimes = (policy: Policy, script: readonly Disconnect[]): number[] => {
  let history = initialHistory
  let at = 0
  const connects = [0]
  for (const disconnect of script) {
    const step = decide(
      policy,
      history,
      disconnect,
      at + ('openFor' in disconnect ? disconnect.openFor : 0),
      () => 0,
    )
    history = step.history
    if (step.decision.action === 'stop') break
    at = step.decision.connectAt
    if (disconnect.stage === 'http') connects[connects.length - 1] = at
    else connects.push(at)
  }
  return connects
}

/** Fails when some window holds more connects than the policy's budget for its length. */
const checkBudget = (policy: Policy, script: readonly Disconnect[], callerDelay = Infinity): void => {
  const connects = connectTimes(policy, script)
  for (const [i, from] of connects.entries()) {
    for (const [j, to] of connects.slice(i).entries()) {
      // A hair more than the distance: sums of floating point numbers may come out a hair short.
      expect(j + 1).toBeLessThanOrEqual(connectBudget(policy, to - from + 1e-6, callerDelay))
    }
  }
}

describe('for any sequence of disconnects', () => {
  it('RP-08 equal inputs give equal outputs, also after a JSON round trip of all values', () => {
    fc.assert(
      fc.property(anyPolicy, disconnects, (policy, script) => {
        let history = initialHistory
        let now = 0
        for (const [disconnect, random] of script) {
          const step = decide(policy, history, disconnect, now, () => random)
          const again = decide(
            throughJson(policy),
            throughJson(history),
            throughJson(disconnect),
            now,
            () => random,
          )
          expect(again).toEqual(step)
          expect(throughJson(step)).toEqual(step)
          history = step.history
          now += 1_000
        }
      }),
      { numRuns: 100 },
    )
  })

  it('RP-08 no argument is changed', () => {
    const history = Object.freeze({ ...initialHistory, counts: Object.freeze({}) })
    expect(() => decide(defaultPolicy, history, Object.freeze({ ...refused }), 0, () => 0)).not.toThrow()
    expect(history).toEqual(initialHistory)
  })

  it('RP-07 jitter lengthens by at most its share and a minute, and never shortens', () => {
    fc.assert(
      fc.property(anyPolicy, disconnects, (policy, script) => {
        const sober = definePolicy({ jitter: 0 }, policy)
        let history = initialHistory
        for (const [disconnect, random] of script) {
          const { decision, history: after } = decide(policy, history, disconnect, 0, () => random)
          const plain = decide(sober, history, disconnect, 0, () => random).decision
          if (decision.action === 'stop' || plain.action === 'stop') return
          expect(decision.delay).toBeGreaterThanOrEqual(plain.delay)
          expect(decision.delay).toBeLessThanOrEqual(plain.delay * (1 + policy.jitter) + 1e-6)
          expect(decision.delay).toBeLessThanOrEqual(plain.delay + 60_000 + 1e-6)
          history = after
        }
      }),
      { numRuns: 100 },
    )
  })

  it('RP-03 RP-09 waits are finite, and the next connect time never goes back', () => {
    fc.assert(
      fc.property(anyPolicy, disconnects, (policy, script) => {
        let history = initialHistory
        let now = 0
        for (const [disconnect, random] of script) {
          const { decision, history: after } = decide(policy, history, disconnect, now, () => random)
          if (decision.action === 'stop') return
          expect(Number.isFinite(decision.delay) && decision.delay > 0).toBe(true)
          expect(decision.connectAt).toBeGreaterThanOrEqual(Math.max(now, history.nextConnectAt ?? 0))
          expect(after.nextConnectAt).toBe(decision.connectAt)
          history = after
          now += 500
        }
      }),
      { numRuns: 100 },
    )
  })

  it('RP-09 waits are finite for attempts 1 to 10 000', () => {
    let history = initialHistory
    for (let attempt = 1; attempt <= 10_000; attempt++) {
      const step = decide(defaultPolicy, history, refused, 0, () => 0.5)
      if (step.decision.action === 'stop') throw new Error('gave up')
      if (step.decision.attempt !== attempt || !(step.decision.delay > 0 && step.decision.delay <= 72_000))
        throw new Error(`attempt ${attempt}: ${JSON.stringify(step.decision)}`)
      history = step.history
    }
  })

  it('RP-13 no window holds more connects than the budget that follows from the policy', () => {
    const script = fc.array(anyDisconnect({ own: false }), { maxLength: 40, size: 'max' })
    fc.assert(
      fc.property(anyPolicy, script, (policy, disconnects) => checkBudget(policy, disconnects)),
      { numRuns: 200 },
    )
    fc.assert(
      fc.property(script, (disconnects) => checkBudget(exact, disconnects)),
      { numRuns: 200 },
    )
  })

  it('RP-13 a delay of the caller is at least the shortest rung', () => {
    const script = fc.array(anyDisconnect(), { maxLength: 40, size: 'max' })
    fc.assert(
      fc.property(anyPolicy, script, (policy, disconnects) => checkBudget(policy, disconnects, 0)),
      { numRuns: 200 },
    )
  })

  it('RP-13 the default policy: at most 8 connects in a minute and 226 in an hour; 188 without refused sessions', () => {
    expect(connectBudget(defaultPolicy, 60_000)).toBe(8)
    expect(connectBudget(defaultPolicy, 3_600_000)).toBe(226)
    const ladder = { delay: 'ladder' } as const
    const calm = definePolicy({ rules: { session_invalid: ladder, session_resumable: ladder } })
    expect(connectBudget(calm, 60_000)).toBe(7)
    expect(connectBudget(calm, 3_600_000)).toBe(188)
  })

  it('RP-13 the bound is close to what a server can provoke that refuses one session and then cuts every other', () => {
    const refusal: Disconnect = {
      stage: 'ready',
      openFor: 5_000,
      readyFor: 0,
      cause: 'session_invalid',
      session: true,
    }
    const connects = connectTimes(exact, [refusal, ...Array.from({ length: 20 }, () => refused)])
    expect(connects.filter((at) => at <= 60_000).length).toBeLessThanOrEqual(8)
    expect(connects.filter((at) => at <= 60_000).length).toBeGreaterThan(6)
  })
})
