import { decide, defaultPolicy, initialHistory, type Disconnect } from '@qqkit/reconnect-policy'
import { describe, expect, it } from 'vitest'

import { exact, feed, lived, noAddress, refused, times, waits } from './support/feed.js'

describe('waits that consume no attempt', () => {
  it('RP-02 a rate limit waits 60 s, a delay of the caller as long as given', () => {
    const limited: Disconnect = { ...refused, cause: 'rate_limited' }
    expect(waits(feed(exact, [refused, limited, { ...refused, delay: 7_000 }, limited, refused]))).toEqual([
      1, 60, 7, 60, 2,
    ])
  })

  it.each([
    [0, 1_000],
    [-5, 1_000],
    [Number.NaN, 1_000],
    [Infinity, 86_400_000],
    [1_500, 1_500],
  ])('RP-09 a custom delay of %d becomes %d ms', (delay, expected) => {
    const { decision } = decide(exact, initialHistory, { ...refused, delay }, 0, () => 0)
    expect(decision).toMatchObject({ delay: expected, why: 'fixed_delay', counted: false })
  })

  it.each(['http', 'connecting'] as const)(
    'GW-33 a delay of the caller (%s) is at least the shortest rung of either ladder, with at most a second of jitter',
    (stage) => {
      const wait = (delay: number): unknown =>
        decide(defaultPolicy, initialHistory, { ...refused, stage, delay }, 0, () => 0.999).decision
      for (const [given, least, most] of [
        [0, 1_000, 1_200],
        [500, 1_000, 1_200],
        [1_001, 1_001, 1_202],
        [20 * 3_600_000, 20 * 3_600_000, 20 * 3_600_000 + 1_000],
      ] as const) {
        const { delay } = wait(given) as { delay: number }
        expect(delay).toBeGreaterThanOrEqual(least)
        expect(delay).toBeLessThanOrEqual(most)
      }
    },
  )

  it('RP-07 jitter is at most a minute', () => {
    const at = (disconnect: Disconnect): unknown =>
      decide(defaultPolicy, long, disconnect, 0, () => 0.999).decision
    const long = { ...initialHistory, attempts: 6, refusals: 2000 }
    const refusal: Disconnect = {
      stage: 'identifying',
      openFor: 6_000,
      cause: 'session_invalid',
      session: false,
    }
    // 3 s for each of 2000 refusals, and a minute at most.
    expect(at(refusal)).toMatchObject({ delay: expect.closeTo(6_000_000 + 60_000, -3) as number })
  })

  it('RP-03 a later short delay never shortens an earlier long one', () => {
    const first = decide(exact, initialHistory, { ...refused, delay: 100_000 }, 0, () => 0)
    const second = decide(exact, first.history, refused, 10_000, () => 0)
    expect(second.decision).toMatchObject({ delay: 1_000, connectAt: 100_000, wait: 90_000 })
    const third = decide(exact, second.history, refused, 99_500, () => 0)
    expect(third.decision).toMatchObject({ delay: 2_000, connectAt: 101_500 })
  })

  it('GW-08 a refused session waits 3 s; repeats without a stable connection in between wait max(3 s, ladder)', () => {
    const refusal: Disconnect = {
      stage: 'identifying',
      openFor: 6_000,
      cause: 'session_invalid',
      session: false,
    }
    expect(waits(feed(exact, times(8, refusal)))).toEqual([3, 3, 3, 5, 10, 30, 60, 60])
    expect(waits(feed(exact, [refusal, refusal, lived(6_000), refusal]))).toEqual([3, 3, 2, 5])
    const stable: Disconnect = {
      stage: 'ready',
      openFor: 90_000,
      readyFor: 80_000,
      cause: 1006,
      session: true,
    }
    expect(waits(feed(exact, [refusal, refusal, stable, refusal, refusal]))).toEqual([3, 3, 1, 3, 3])
  })

  it.each(['session_invalid', 'session_resumable'])(
    'GW-08 an hour of %s shortly after each READY climbs the ladder as well',
    (cause) => {
      const refusal: Disconnect = { stage: 'ready', openFor: 6_500, readyFor: 6_000, cause, session: true }
      let [history, now, connects] = [initialHistory, 0, 0]
      while (now < 3_600_000) {
        const next = decide(exact, history, refusal, now + 6_500, () => 0)
        if (next.decision.action === 'stop') throw new Error('gave up')
        history = next.history
        now = next.decision.connectAt
        connects += 1
      }
      expect(connects).toBeLessThan(70)
    },
  )

  it('GW-08 past the end of the ladder the waits keep growing: a day has at most a few hundred refusals', () => {
    const refusal: Disconnect = {
      stage: 'identifying',
      openFor: 6_000,
      cause: 'session_invalid',
      session: false,
    }
    const day = 24 * 60 * 60_000
    let [history, now, identifies] = [initialHistory, 0, 0]
    while (now < day) {
      const next = decide(exact, history, refusal, now + 1_000, () => 0)
      if (next.decision.action === 'stop') throw new Error('gave up')
      history = next.history
      now = next.decision.connectAt
      identifies += 1
    }
    expect(identifies).toBeLessThan(300)
    expect(identifies).toBeGreaterThan(100)
  })
})

describe('quick disconnects', () => {
  it('RP-04 ten short connections wait 1, 2, 60, 5, 10, 60, 30, 60, 60, 60 s', () => {
    expect(waits(feed(exact, times(10, lived(4_999))))).toEqual([1, 2, 60, 5, 10, 60, 30, 60, 60, 60])
  })

  it('RP-04 exactly 5 s is not quick, and one longer connection resets the counter', () => {
    const short = lived(4_999)
    expect(waits(feed(exact, [short, short, lived(5_000), short, short, short]))).toEqual([
      1, 2, 5, 10, 30, 60,
    ])
    expect(feed(exact, [short, short, lived(5_000), short, short, short]).at(-1)).toMatchObject({
      why: 'quick_disconnects',
      counted: false,
    })
  })

  it('RP-04 a connection that never opened neither counts nor resets', () => {
    const short = lived(1_000)
    expect(waits(feed(exact, [short, refused, noAddress, short, refused, short]))).toEqual([
      1, 2, 5, 5, 10, 60,
    ])
  })

  it('RP-05 the counter survives ready() and stable(), and counts every kind of disconnect', () => {
    for (const cause of [
      4009,
      1000,
      'reconnect',
      'session_invalid',
      'zombie',
      'network',
      'rate_limited',
      'unheard of',
    ]) {
      expect(feed(exact, [lived(10, cause), lived(10, 'zombie'), lived(10, cause)]).at(-1)).toMatchObject({
        why: 'quick_disconnects',
        delay: 60_000,
      })
    }
    const greeting: Disconnect = { stage: 'greeting', openFor: 10, cause: 'timeout', session: false }
    const identifying: Disconnect = { ...greeting, stage: 'identifying' }
    const quick: Disconnect = {
      stage: 'resuming',
      replayed: true,
      openFor: 10,
      cause: 'closed',
      session: true,
    }
    expect(waits(feed(exact, [greeting, identifying, quick]))).toEqual([1, 2, 60])
  })

  it('RP-04 the quick guard never shortens a longer wait', () => {
    expect(waits(feed(exact, times(3, { ...lived(10), delay: 90_000 })))).toEqual([90, 90, 90])
  })
})
