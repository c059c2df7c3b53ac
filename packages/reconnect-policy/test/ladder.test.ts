import {
  backoff,
  decide,
  definePolicy,
  initialHistory,
  type Disconnect,
  stable,
} from '@qqkit/reconnect-policy'
import { describe, expect, it } from 'vitest'

import { exact, feed, lived, noAddress, refused, times, waits } from './support/feed.js'

describe('the ladder', () => {
  it.each([
    ['never opened', refused],
    ['lived 5 s', lived(5_000)],
    ['lived nearly long enough to be stable', lived(59_999)],
  ])('RP-01 connections that %s wait 1, 2, 5, 10, 30, 60, 60 s', (_, disconnect) => {
    expect(waits(feed(exact, times(7, disconnect)))).toEqual([1, 2, 5, 10, 30, 60, 60])
  })

  it('RP-06 attempts reset only after the connection was ready for stableAfter', () => {
    expect(waits(feed(exact, [refused, refused, lived(59_999), lived(60_000), refused]))).toEqual([
      1, 2, 5, 1, 2,
    ])
  })

  it('RP-06 an open connection that never became ready does not reset them, at any age', () => {
    const mute: Disconnect = { stage: 'identifying', openFor: 600_000, cause: 'timeout', session: false }
    expect(waits(feed(exact, times(4, mute)))).toEqual([1, 2, 5, 10])
  })

  it('RP-06 a stability timer may reset them before the next disconnect would', () => {
    const { history } = decide(exact, initialHistory, refused, 0, () => 0)
    const early = decide(exact, stable(history), lived(61_000), 62_000, () => 0)
    expect(stable(history).attempts).toBe(0)
    expect(early).toEqual(decide(exact, history, lived(61_000), 62_000, () => 0))
  })

  it('RP-10 maxAttempts leads to stop with a reason', () => {
    expect(waits(feed(definePolicy({ maxAttempts: 2 }, exact), times(3, refused)))).toEqual([
      1,
      2,
      'attempts',
    ])
  })

  it('RP-10 maxAttempts applies to the HTTP ladder too, and disconnects without an attempt never lead to stop', () => {
    const limited: Disconnect = { ...noAddress, cause: 'rate_limited' }
    const policy = definePolicy({ maxAttempts: 1 }, exact)
    expect(waits(feed(policy, [...times(3, limited), noAddress, noAddress]))).toEqual([
      60,
      60,
      60,
      5,
      'attempts',
    ])
  })

  it('RP-10 the default policy never stops', () => {
    expect(waits(feed(exact, times(2_000, refused))).slice(6)).toEqual(
      Array.from({ length: 1_994 }, () => 60),
    )
  })
})

describe('the HTTP ladder', () => {
  it('RP-12 waits 5, 10, 30, 60, 60 s with a separate counter, and resets once a connection was tried', () => {
    expect(waits(feed(exact, [...times(5, noAddress), refused, refused, noAddress, refused]))).toEqual([
      5, 10, 30, 60, 60, 1, 2, 5, 5,
    ])
  })

  it('RP-12 waits 60 s after a rate limit and consumes no attempt', () => {
    expect(waits(feed(exact, [noAddress, { ...noAddress, cause: 'rate_limited' }, noAddress]))).toEqual([
      5, 60, 10,
    ])
  })

  it('RP-12 shares the next connect time with the other ladder', () => {
    const limited = decide(exact, initialHistory, { ...refused, cause: 'rate_limited' }, 0, () => 0)
    const { decision } = decide(exact, limited.history, noAddress, 1_000, () => 0)
    expect(decision).toMatchObject({ delay: 5_000, connectAt: 60_000, wait: 59_000, attempt: 1 })
  })
})

describe('backoff', () => {
  it('RP-07 is the ladder with jitter, without a history', () => {
    const policy = { ladder: [100, 200], jitter: 0.5 }
    expect([0, 1, 2, 3, 9].map((attempt) => backoff(policy, attempt, () => 0))).toEqual([
      100, 100, 200, 200, 200,
    ])
    expect([1, 7, -1, Number.NaN].map((luck) => backoff(policy, 1, () => luck))).toEqual([150, 150, 100, 100])
  })
})
