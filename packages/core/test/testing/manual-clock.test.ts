import { expect, it } from 'vitest'

import { sleep } from '../../src/internal/index.js'
import { ManualClock } from '../../src/testing/index.js'

it('runs the promises that a timer settles before the next timer fires', async () => {
  const clock = new ManualClock()
  const seen: string[] = []
  const loop = async (): Promise<void> => {
    for (const name of ['first', 'second', 'third']) {
      await sleep(clock, 10)
      seen.push(`${name} at ${clock.now()}`)
    }
  }
  const done = loop()
  clock.setTimer(15, () => seen.push('between'))
  await clock.advance(30)
  await done
  expect(seen).toEqual(['first at 10', 'between', 'second at 20', 'third at 30'])
})

it('fires timers of the same time in the order of their creation', async () => {
  const clock = new ManualClock()
  const seen: number[] = []
  for (const n of [1, 2, 3]) clock.setTimer(7, () => seen.push(n))
  await clock.advance(7)
  expect(seen).toEqual([1, 2, 3])
})

it('counts pending timers, and steps from timer to timer', async () => {
  const clock = new ManualClock()
  clock.setTimer(5, () => {})
  const cancel = clock.setTimer(9, () => {})
  expect([clock.pending, clock.untilNext]).toEqual([2, 5])
  expect(await clock.step()).toBe(true)
  expect([clock.now(), clock.pending, clock.untilNext]).toEqual([5, 1, 4])
  cancel()
  expect([await clock.step(), clock.untilNext]).toEqual([false, null])
})

it('moves wall time forward from a fixed start', async () => {
  const clock = new ManualClock(1_000_000)
  await clock.advance(250)
  expect(clock.wall()).toBe(1_000_250)
  expect(new ManualClock().wall()).toBe(new ManualClock().wall())
})
