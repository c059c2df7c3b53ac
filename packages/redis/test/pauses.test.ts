// Nights of faults and pauses over real connections to a server that is a model, in the time of clocks by hand.
import process from 'node:process'

import { describe, expect, it } from 'vitest'

import { mutants } from './support/virtual/mutants.js'
import { busyPlanOf, type Plan, planOf, play } from './support/virtual/night.js'

/** More nights with `CHAOS_NIGHTS=20000`, others with `CHAOS_FIRST=100`. */
const NIGHTS = Number(process.env['CHAOS_NIGHTS'] ?? 3)
const FIRST = Number(process.env['CHAOS_FIRST'] ?? 1)
/** Nights of one test. */
const BLOCK = 50
const BLOCKS = Array.from({ length: Math.ceil(NIGHTS / BLOCK) }, (_, index) => FIRST + index * BLOCK)

describe('RD-69 a night of faults and pauses', () => {
  it.each(BLOCKS)(
    'RD-69 loses nothing, keeps order and one valid owner, repeats nothing without a reason, and leaves an empty, whole queue (from seed %d)',
    async (first) => {
      for (let seed = first; seed < Math.min(first + BLOCK, FIRST + NIGHTS); seed += 1) {
        const { faults, told, again } = await play(planOf(seed))
        expect(faults, `seed ${seed}: ${JSON.stringify({ again, told })}`).toEqual([])
      }
    },
  )

  const told = (conversation: number, at: number, ms: number): Plan['messages'][number] => ({
    at,
    conversation,
    ms,
    replies: [true],
  })

  const nights: Readonly<Record<string, Plan>> = {
    'a worker that stands still for longer than its lease begins nothing of what it had just taken': {
      seed: 1089,
      workers: 2,
      slots: 20,
      messages: [told(1, 3500, 79), told(2, 3742, 26)],
      incidents: [
        { at: 1842, who: 1, kind: 'stand', ms: 1954, order: 'mixed' },
        { at: 3672, kind: 'stand server', ms: 3179 },
        { at: 4126, who: 1, kind: 'stand', ms: 17_762, order: 'arrivals' },
      ],
    },
    'a worker that tells what it settled to a server that is emptied before it joins tells it again': {
      seed: 60_071,
      workers: 1,
      slots: 20,
      messages: [
        { at: 584, conversation: 0, ms: 49, replies: [] },
        { at: 8856, conversation: 0, ms: 1, replies: [] },
      ],
      incidents: [
        { at: 5771, kind: 'flush', upon: 'open' },
        { at: 8097, kind: 'forget scripts' },
        { at: 8669, kind: 'flush' },
      ],
    },
    'a worker that a FLUSHALL left connected asks what was settled when the server starts again': {
      seed: 49,
      workers: 1,
      slots: 5,
      messages: [
        { at: 5320, conversation: 3, ms: 22, replies: [false] },
        { at: 11_066, conversation: 3, ms: 1889, replies: [true] },
      ],
      incidents: [
        { at: 2594, kind: 'flush', upon: 'note' },
        { at: 13_270, kind: 'restart', away: 0, ms: 138, empty: false },
      ],
    },
    // Where 5 s after a moment is now, and 5 s before now is not that moment.
    'a publisher that counts fractions of a ms waits until it asks again': planOf(151),
  }

  it.each(Object.entries(nights))('RD-69 %s', async (_, plan) => {
    expect((await play(plan)).faults).toEqual([])
  })

  /** Nights until a mutant must have been noticed. */
  const MOST = 60
  /** The part of orders in busy nights. */
  const ORDERS = 0.1

  it.each(Object.entries(mutants))('RD-69 notices %s', async (name, { seed, isOfOrders }) => {
    const path = `./support/virtual/night.ts?mutant=${encodeURIComponent(name)}`
    const wrong = (await import(path)) as { readonly play: typeof play }
    const nightOf = (at: number): Plan => (isOfOrders ? busyPlanOf(at, ORDERS) : planOf(at))
    const noticed = async (at: number): Promise<boolean> =>
      (await wrong.play(nightOf(at), true)).faults.length > 0
    let at = seed
    while (at < seed + MOST && !(await noticed(at))) at += 1
    expect(at).toBeLessThan(seed + MOST)
  })
})
