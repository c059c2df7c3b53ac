import { expect, it } from 'vitest'

import { LONG, oddSeeds, play } from './nights.js'
import { recoverable } from './troubles/recoverable.js'

// Troubles after which the platform sends everything again.
it.each(oddSeeds)(
  'GW-15 seed %i: every event is handled once, in order, over one session, and there is no gap',
  async (seed) => {
    const { problems, ...report } = await play(seed, recoverable)
    expect(problems.slice(0, 10), `seed ${seed}`).toEqual([])
    expect([report.gaps, report.identifies, report.kinds]).toEqual([0, 1, recoverable.length])
    expect(report.handled).toBe(report.said)
  },
  LONG,
)
