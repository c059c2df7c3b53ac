import { ManualClock } from '@qqkit/core/testing'
import { startSimulator } from '@qqkit/simulator'

import { wsTransport } from '../../src/index.js'
import { simAccess } from '../support/sim-access.js'
import type { World } from './night.js'
import { Traffic } from './traffic.js'

/**
 * A platform on loopback, real sockets and real calls, and a clock that is moved by hand while nothing is on its way: a
 * machine that is busy takes longer, and gets the same night.
 */
export const socketWorld = async (seed: number): Promise<World> => {
  const clock = new ManualClock()
  const traffic = new Traffic()
  const sim = await startSimulator({
    clock,
    seed,
    page: false,
    sessionStarts: { total: 100_000 },
    connectionLifetime: 1_800_000,
  })
  traffic.watch(sim)
  return {
    sim,
    clock,
    access: traffic.access(simAccess(sim)),
    transport: traffic.transport(wsTransport()),
    pass: async (ms) => {
      const end = clock.now() + ms
      await traffic.quiet()
      while ((clock.untilNext ?? Infinity) <= end - clock.now()) {
        await clock.step()
        await traffic.quiet()
      }
      await clock.advance(end - clock.now())
    },
    sharp: false,
    close: async () => {
      await sim.close()
      return clock.pending > 0 ? [`${clock.pending} timers are left`] : []
    },
  }
}
