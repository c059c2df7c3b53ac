import { ManualClock } from '@qqkit/core/testing'
import { createMemorySimulator } from '@qqkit/simulator'

import { memoryAccess } from '../support/memory-access.js'
import type { World } from './night.js'

/** How long a session outlives its connection, in ms: in a night without losses, longer than any outage. */
const HOUR = 3_600_000

/** A platform in memory on a clock that is moved by hand: exactly reproducible, and as fast as the processor. */
export const memoryWorld = (seed: number): World => {
  const clock = new ManualClock()
  const sim = createMemorySimulator({
    clock,
    seed,
    // The witness remembers what matters.
    logLimit: 1,
    oracleLimit: 1,
    memory: 10,
    sessionLifetime: HOUR,
    sessionStarts: { total: 100_000 },
    // Some nights are cut every half hour (§3.10), and on some the platform forgets what a heartbeat has confirmed.
    connectionLifetime: seed % 4 < 2 ? 1_800_000 : null,
    trimByHeartbeat: seed % 3 === 0,
  })
  return {
    sim,
    clock,
    access: memoryAccess(sim),
    transport: sim.transport,
    pass: (ms) => clock.advance(ms),
    sharp: true,
    close: async () => {
      await sim.close()
      return clock.pending > 0 ? [`${clock.pending} timers are left`] : []
    },
  }
}
