import {
  connectBudget,
  decide,
  defaultPolicy,
  definePolicy,
  initialHistory,
  type Loss,
  type Policy,
} from '@qqkit/reconnect-policy'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { anyLoss, anyPolicy } from './support/arbitraries.js'
import { exact, refused } from './support/feed.js'

const luck = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const losses = fc.array(fc.tuple(anyLoss(), luck), { maxLength: 60, size: 'max' })
const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** When connects begin, for losses that come as soon as they can. */
const connectTimes = (policy: Policy, script: readonly Loss[]): number[] => {
  let history = initialHistory
  let at = 0
  const connects = [0]
  for (const loss of script) {
    const step = decide(policy, history, loss, at + ('openFor' in loss ? loss.openFor : 0), () => 0)
    history = step.history
    if (step.decision.action === 'stop') break
    at = step.decision.connectAt
    if (loss.stage === 'access') connects[connects.length - 1] = at
    else connects.push(at)
  }
  return connects
}

/** Fails when some window holds more connects than the policy's budget for its length. */
const checkBudget = (policy: Policy, script: readonly Loss[], callerDelay = Infinity): void => {
  const connects = connectTimes(policy, script)
  for (const [i, from] of connects.entries()) {
    for (const [j, to] of connects.slice(i).entries()) {
      // A hair more than the distance: sums of floating point numbers may come out a hair short.
      expect(j + 1).toBeLessThanOrEqual(connectBudget(policy, to - from + 1e-6, callerDelay))
    }
  }
}

describe('whatever losses come', () => {
  it('RP-08 the same inputs give the same outputs, also after a JSON round trip of everything', () => {
    fc.assert(
      fc.property(anyPolicy, losses, (policy, script) => {
        let history = initialHistory
        let now = 0
        for (const [loss, random] of script) {
          const step = decide(policy, history, loss, now, () => random)
          const again = decide(
            throughJson(policy),
            throughJson(history),
            throughJson(loss),
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

  it('RP-08 nothing that is given is changed', () => {
    const history = Object.freeze({ ...initialHistory, strikes: Object.freeze({}) })
    expect(() => decide(defaultPolicy, history, Object.freeze({ ...refused }), 0, () => 0)).not.toThrow()
    expect(history).toEqual(initialHistory)
  })

  it('RP-07 jitter lengthens by at most its share and a minute, and never shortens', () => {
    fc.assert(
      fc.property(anyPolicy, losses, (policy, script) => {
        const sober = definePolicy({ jitter: 0 }, policy)
        let history = initialHistory
        for (const [loss, random] of script) {
          const { decision, history: after } = decide(policy, history, loss, 0, () => random)
          const plain = decide(sober, history, loss, 0, () => random).decision
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
      fc.property(anyPolicy, losses, (policy, script) => {
        let history = initialHistory
        let now = 0
        for (const [loss, random] of script) {
          const { decision, history: after } = decide(policy, history, loss, now, () => random)
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
    const script = fc.array(anyLoss({ own: false }), { maxLength: 40, size: 'max' })
    fc.assert(
      fc.property(anyPolicy, script, (policy, losses) => checkBudget(policy, losses)),
      { numRuns: 200 },
    )
    fc.assert(
      fc.property(script, (losses) => checkBudget(exact, losses)),
      { numRuns: 200 },
    )
  })

  it('RP-13 a caller with waits of its own is held to the shortest rung', () => {
    const script = fc.array(anyLoss(), { maxLength: 40, size: 'max' })
    fc.assert(
      fc.property(anyPolicy, script, (policy, losses) => checkBudget(policy, losses, 0)),
      { numRuns: 200 },
    )
  })

  it('RP-13 the default policy: at most 8 connects in a minute and 226 in an hour; 188 without refused sessions', () => {
    expect(connectBudget(defaultPolicy, 60_000)).toBe(8)
    expect(connectBudget(defaultPolicy, 3_600_000)).toBe(226)
    const ladder = { delay: 'ladder' } as const
    const calm = definePolicy({ rules: { session_invalid: ladder, session_paused: ladder } })
    expect(connectBudget(calm, 60_000)).toBe(7)
    expect(connectBudget(calm, 3_600_000)).toBe(188)
  })

  it('RP-13 the bound is hardly looser than what a server can provoke that refuses one session and then cuts every other', () => {
    const refusal: Loss = {
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
