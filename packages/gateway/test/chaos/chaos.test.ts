import { expect, it } from 'vitest'

import { chaos } from './chaos.js'

/** More of them run in `pnpm soak`; `CHAOS_FIRST=17 CHAOS_SEEDS=1` repeats one night. */
const SEEDS = Number(process.env['CHAOS_SEEDS'] ?? 50)
const FIRST = Number(process.env['CHAOS_FIRST'] ?? 1)

it.each(Array.from({ length: SEEDS }, (_, index) => FIRST + index))(
  'GW-15 a night of 5000 events and 200 troubles, seed %i: each event once, in order, or a gap',
  async (seed) => {
    const { problems, ...report } = await chaos(seed)
    expect(problems.slice(0, 10), `seed ${seed}: ${problems.length} problems`).toEqual([])
    expect(report.troubles).toBe(200)
    expect(report.handled).toBeGreaterThan(2500)
  },
  120_000,
)
