import type { PolicyOptions } from '@qqkit/reconnect-policy'
import { expect, it } from 'vitest'

import { Night } from './night.js'
import { socketWorld } from './socket-world.js'
import { lasting } from './troubles/lasting.js'
import { recoverable } from './troubles/recoverable.js'

const SEED = Number(process.env['CHAOS_FIRST'] ?? 1)
/** All of them, and all together: on a clock that cannot be stopped nothing waits for anything. */
const troubles = [...recoverable, ...lasting].map((trouble) => ({ ...trouble, alone: false }))

/** Every wait a fifth of what it is by default. */
const policy: PolicyOptions = {
  ladder: [200, 400, 1000, 2000, 6000, 12_000],
  accessLadder: [1000, 2000, 6000, 12_000],
  rateLimited: 12_000,
  invalidSession: 600,
  quick: { count: 3, within: 1000, delay: 12_000 },
  stableAfter: 12_000,
}

it(`GW-15 the night of seed ${SEED} over real sockets and the real clock: each event once, in order, or a gap`, async () => {
  const plan = { seed: SEED, events: 5000, strikes: 210, pause: 6000, troubles, options: { policy } }
  const { problems, ...report } = await new Night(await socketWorld(SEED), plan).play()
  expect(problems.slice(0, 10)).toEqual([])
  expect(report.kinds).toBe(troubles.length)
  expect(report.gaps).toBeGreaterThan(10)
  expect(report.handled).toBeGreaterThan(report.said / 2)
}, 180_000)
