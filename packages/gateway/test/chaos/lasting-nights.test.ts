import { expect, it } from 'vitest'

import { evenSeeds, EVENTS, LONG, play } from './nights.js'
import { lasting } from './troubles/lasting.js'
import { recoverable } from './troubles/recoverable.js'

const troubles = [...recoverable, ...lasting]

it.each(evenSeeds)(
  'GW-15 seed %i: every event that the platform could send again is handled once, in order; a gap tells of the others',
  async (seed) => {
    const { problems, ...report } = await play(seed, troubles)
    expect(problems.slice(0, 10), `seed ${seed}`).toEqual([])
    expect(report.kinds).toBe(troubles.length)
    expect(report.gaps).toBeGreaterThan(10)
    expect(report.handled).toBeGreaterThan(EVENTS / 2)
  },
  LONG,
)
