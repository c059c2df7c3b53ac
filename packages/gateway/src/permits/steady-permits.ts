import type { IdentifyPermit, IdentifyPermits, LogSink } from '@qqkit/core'

import { isThenable } from '../events/listeners.js'

/**
 * Permits of the user's, which may be shared over a network: what nobody waits for may be `async` and reject there, and is
 * a record then.
 */
export const steadyPermits = (permits: IdentifyPermits, log: LogSink): IdentifyPermits => {
  const told = (error: unknown): void =>
    log({
      level: 'warn',
      event: 'gateway.permits_failed',
      message: 'the identify permits did not take note of something',
      error,
    })
  const watch = (result: unknown): void => {
    if (isThenable(result)) void Promise.resolve(result).catch(told)
  }
  const watched = (permit: IdentifyPermit): IdentifyPermit => ({
    release: (use) => watch(permit.release(use)),
  })
  return {
    update: (limit) => watch(permits.update(limit)),
    budgetDelay: () => permits.budgetDelay(),
    acquire: async (shard, signal) => {
      const permit: IdentifyPermit | undefined = await permits.acquire(shard, signal)
      // Without one it is as if it threw: the driver finds out.
      return permit ? watched(permit) : permit
    },
  }
}
