import { memoryWorld } from './memory-world.js'
import { Night, type Report } from './night.js'
import type { Trouble } from './troubles/trouble.js'

/** 5000 of them in `pnpm soak`; `CHAOS_FIRST=17 CHAOS_SEEDS=2` and `-t 'seed 17:'` repeat one night. */
const SEEDS = Number(process.env['CHAOS_SEEDS'] ?? 50)
const FIRST = Number(process.env['CHAOS_FIRST'] ?? 1)
const seeds = Array.from({ length: SEEDS }, (_, index) => FIRST + index)

/** How many events a night has. */
export const EVENTS = 5000

/** What a night may take on a busy machine, in ms. */
export const LONG = 120_000

/** Nights of troubles after which nothing is lost. */
export const oddSeeds: readonly number[] = seeds.filter((seed) => seed % 2 === 1)
/** Nights of all troubles. */
export const evenSeeds: readonly number[] = seeds.filter((seed) => seed % 2 === 0)

/** Plays the night of a seed in memory. */
export const play = (seed: number, troubles: readonly Trouble[]): Promise<Report> =>
  new Night(memoryWorld(seed), { seed, troubles, events: EVENTS, strikes: 210, pause: 120_000 }).play()
