import { expect } from 'vitest'

import { memoryWorld } from './memory-world.js'
import { Night, type Report } from './night.js'
import { lasting } from './troubles/lasting.js'
import { recoverable } from './troubles/recoverable.js'
import type { Trouble } from './troubles/trouble.js'

/** 5000 of them in `pnpm soak`; `CHAOS_FIRST=17 CHAOS_SEEDS=4` and `-t 'seed 17:'` repeat one night. */
const SEEDS = Number(process.env['CHAOS_SEEDS'] ?? 12)
const FIRST = Number(process.env['CHAOS_FIRST'] ?? 1)
const seeds = Array.from({ length: SEEDS }, (_, index) => FIRST + index)

/** How many events a night has. */
const EVENTS = 5000

/** What a night may take on a busy machine, in ms. */
export const LONG = 120_000

/** Every sixth night, so that no test file takes long. In odd ones the platform sends everything again. */
export const seedsFrom = (first: 1 | 2 | 3 | 4 | 5 | 6): readonly number[] =>
  seeds.filter((seed) => seed % 6 === first % 6)

/** Plays the night of a seed in memory. */
const play = (seed: number, troubles: readonly Trouble[]): Promise<Report> =>
  new Night(memoryWorld(seed), { seed, troubles, events: EVENTS, strikes: 210, pause: 120_000 }).play()

/** A night of troubles after which the platform sends everything again. */
export const expectNothingLost = async (seed: number): Promise<void> => {
  const { problems, ...report } = await play(seed, recoverable)
  expect(problems.slice(0, 10), `seed ${seed}`).toEqual([])
  expect([report.gaps, report.identifies, report.kinds]).toEqual([0, 1, recoverable.length])
  expect(report.handled).toBe(report.said)
}

/** A night of all troubles. */
export const expectLossesTold = async (seed: number): Promise<void> => {
  const troubles = [...recoverable, ...lasting]
  const { problems, ...report } = await play(seed, troubles)
  expect(problems.slice(0, 10), `seed ${seed}`).toEqual([])
  expect(report.kinds).toBe(troubles.length)
  expect(report.gaps).toBeGreaterThan(10)
  expect(report.handled).toBeGreaterThan(EVENTS / 2)
}
