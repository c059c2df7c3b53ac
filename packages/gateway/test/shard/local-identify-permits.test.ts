import type { IdentifyPermits, IdentifyBudget } from '@qqkit/core'
import { identifyPermitsContract, type IdentifyPermitsSubject, ManualClock } from '@qqkit/core/testing'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { localIdentifyPermits } from '../../src/shard/identify-permits.js'

const forever = new AbortController().signal
const shard = { index: 0, total: 1 }
const limit = (over: Partial<IdentifyBudget>): IdentifyBudget => ({
  total: 1000,
  remaining: 1000,
  resetAfter: 3_600_000,
  maxConcurrency: 1,
  ...over,
})

describe('local identify permits', () => {
  const subject = (): IdentifyPermitsSubject => {
    const clock = new ManualClock()
    return { permits: localIdentifyPermits({ clock }), pass: async (ms) => clock.advance(ms) }
  }
  for (const { name, run } of identifyPermitsContract(subject)) it(name, run)
})

it('works on the clock of the process without options', async () => {
  const permit = await localIdentifyPermits().acquire(shard, forever)
  expect(() => permit.release({ used: true })).not.toThrow()
})

it('leaves no timer and no listener behind', async () => {
  const clock = new ManualClock()
  const permits = localIdentifyPermits({ clock })
  const first = await permits.acquire(shard, forever)
  first.release({ used: true })
  const controller = new AbortController()
  const waiting = permits.acquire(shard, controller.signal)
  expect(clock.pending).toBe(1)
  controller.abort('bye')
  await expect(waiting).rejects.toBe('bye')
  expect(clock.pending).toBe(0)
})

it('GW-33 never has a budget that is empty and reset at the same time', async () => {
  const clock = new ManualClock()
  const permits = localIdentifyPermits({ clock })
  for (const [told, delay] of [
    [0, 1000],
    [1, 1000],
    [500, 1000],
    [1001, 1001],
  ] as const) {
    permits.update(limit({ remaining: 0, resetAfter: told }))
    expect(permits.budgetDelay()).toBe(delay)
    await clock.advance(delay)
    expect(permits.budgetDelay()).toBe(0)
  }
})

it('GW-20 counts on a day for the reset after the one that the platform told of', async () => {
  const clock = new ManualClock()
  const permits = localIdentifyPermits({ clock })
  permits.update(limit({ total: 1, remaining: 0, resetAfter: 90_000 }))
  await clock.advance(90_000)
  const permit = await permits.acquire(shard, forever)
  permit.release({ used: true })
  expect(permits.budgetDelay()).toBe(24 * 3_600_000)
})

it('GW-20 does not forget the permits that are out when the platform answers', async () => {
  const clock = new ManualClock()
  const permits = localIdentifyPermits({ clock })
  const permit = await permits.acquire(shard, forever)
  permits.update(limit({ remaining: 1 }))
  expect(permits.budgetDelay()).toBe(3_600_000)
  permit.release({ used: false })
  expect(permits.budgetDelay()).toBe(0)
})

/** Identifies until there is a wait, and tells how often it did. */
const burst = async (permits: IdentifyPermits): Promise<number> => {
  let identifies = 0
  for (; permits.budgetDelay() === 0; identifies += 1) {
    const permit = await permits.acquire(shard, forever)
    permit.release({ used: true })
  }
  return identifies
}

it('GW-20 once half of the budget is gone, a tenth of the rest may go at once, and the others are spread over the time', async () => {
  const clock = new ManualClock()
  const permits = localIdentifyPermits({ clock })
  permits.update(limit({ remaining: 499, resetAfter: 499_000, maxConcurrency: 1000 }))
  expect(await burst(permits)).toBeGreaterThan(45)
  const pause = permits.budgetDelay()
  expect(pause).toBeGreaterThan(0)
  expect(pause).toBeLessThan(3000)
  await clock.advance(pause)
  expect(await burst(permits)).toBe(1)
  permits.update(limit({ remaining: 1000 }))
  expect(permits.budgetDelay()).toBe(0)
})

it.each([
  ['15 s', 15_000, 400_000],
  ['a minute', 60_000, 200_000],
])(
  'GW-20 a half that was used up by one identify in %s is no debt of the other half',
  async (_text, every, most) => {
    const clock = new ManualClock()
    const permits = localIdentifyPermits({ clock })
    permits.update(limit({ total: 1000, remaining: 1000, resetAfter: 86_400_000, maxConcurrency: 1 }))
    let longest = 0
    for (let used = 0; used < 900 && clock.now() < 80_000_000; used += 1) {
      const wait = permits.budgetDelay()
      longest = Math.max(longest, wait)
      await clock.advance(Math.max(every, wait))
      const permit = await permits.acquire(shard, forever)
      permit.release({ used: true })
    }
    expect(longest).toBeLessThan(most)
  },
)

it('GW-20 a budget that is spread lasts until the reset, whoever asks for more', async () => {
  const clock = new ManualClock()
  const permits = localIdentifyPermits({ clock })
  permits.update(limit({ total: 100, remaining: 20, resetAfter: 1_000_000, maxConcurrency: 1000 }))
  let identifies = 0
  while (clock.now() < 900_000) {
    identifies += await burst(permits)
    await clock.advance(permits.budgetDelay())
  }
  expect(identifies).toBeGreaterThan(15)
  expect(identifies).toBeLessThan(20)
})

it('GW-20 shards that hold permits at the same time share one pause of a spread budget', async () => {
  const clock = new ManualClock()
  const permits = localIdentifyPermits({ clock })
  permits.update(limit({ total: 100, remaining: 20, resetAfter: 1_000_000, maxConcurrency: 3 }))
  let identifies = 0
  const identify = async (): Promise<void> => {
    const permit = await permits.acquire(shard, forever)
    identifies += 1
    clock.setTimer(30, () => permit.release({ used: true }))
  }
  for (let ask = 0; ask < 60; ask += 1) void identify()
  await clock.advance(500_000)
  expect(identifies).toBeLessThanOrEqual(20 * (0.1 + 0.5) + 1)
  expect(identifies).toBeGreaterThan(8)
})

it('GW-20 a permit that comes back unused gives its pause back', async () => {
  const clock = new ManualClock()
  const permits = localIdentifyPermits({ clock })
  permits.update(limit({ total: 100, remaining: 20, resetAfter: 1_000_000, maxConcurrency: 3 }))
  for (let use = 0; use < 2; use += 1) {
    const permit = await permits.acquire(shard, forever)
    permit.release({ used: true })
    await clock.advance(5000)
  }
  await clock.advance(permits.budgetDelay())
  const permit = await permits.acquire(shard, forever)
  expect(permits.budgetDelay()).toBeGreaterThan(0)
  permit.release({ used: false })
  expect(permits.budgetDelay()).toBe(0)
})

it('GW-20 waits for as many places as a smaller max_concurrency takes away', async () => {
  const clock = new ManualClock()
  const permits = localIdentifyPermits({ clock })
  permits.update(limit({ maxConcurrency: 3 }))
  for (let index = 0; index < 3; index += 1) {
    const permit = await permits.acquire(shard, forever)
    permit.release({ used: true })
    await clock.advance(1000)
  }
  permits.update(limit({ maxConcurrency: 1 }))
  let granted = false
  const waiting = permits.acquire(shard, forever).then(() => (granted = true))
  await clock.advance(3999)
  expect(granted).toBe(false)
  await clock.advance(1)
  expect(granted).toBe(true)
  await waiting
})

type Step =
  | {
      readonly kind: 'ask'
      readonly abortAfter: number | null
      readonly holdFor: number
      readonly used: boolean
    }
  | { readonly kind: 'wait'; readonly ms: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('ask' as const),
    abortAfter: fc.option(fc.integer({ min: 0, max: 9000 })),
    holdFor: fc.integer({ min: 0, max: 3000 }),
    used: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 7000 }) }),
)

it('GW-20 property: never more than max_concurrency identifies in any 5 s nor more than the day allows, and every ask is answered', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 30, size: 'max' }),
      fc.integer({ min: 1, max: 4 }),
      async (steps, maxConcurrency) => {
        const clock = new ManualClock()
        const permits = localIdentifyPermits({ clock })
        const resetAfter = 40_000
        permits.update(limit({ total: 8, remaining: 3, resetAfter, maxConcurrency }))
        const identified: number[] = []
        const asks: Promise<unknown>[] = []
        const ask = async (wanted: Extract<Step, { kind: 'ask' }>): Promise<void> => {
          const controller = new AbortController()
          const { abortAfter, holdFor, used } = wanted
          const cancel =
            abortAfter === null ? null : clock.setTimer(abortAfter, () => controller.abort('left'))
          try {
            const permit = await permits.acquire(shard, controller.signal)
            cancel?.()
            clock.setTimer(holdFor, () => {
              if (used) identified.push(clock.now())
              permit.release({ used })
            })
          } catch (error) {
            if (error !== 'left') throw error
          }
        }
        for (const one of steps) {
          if (one.kind === 'ask') asks.push(ask(one))
          else await clock.advance(one.ms)
        }
        // Who asked last may not even have heard yet.
        await clock.settle()
        // Each reset allows only `total` once; later days come with the platform's next answer.
        for (let day = 0; day < 30 && clock.pending > 0; day += 1) await clock.advance(10_000)
        permits.update(limit({ maxConcurrency }))
        while (await clock.step());
        await Promise.all(asks)
        identified.forEach((at, index) => {
          const within = identified.filter((other, later) => later >= index && other < at + 5000)
          expect(within.length).toBeLessThanOrEqual(maxConcurrency)
        })
        expect(identified.filter((at) => at < resetAfter).length).toBeLessThanOrEqual(3)
      },
    ),
    { numRuns: 150 },
  )
})
