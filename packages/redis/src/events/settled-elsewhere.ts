import type { SendCommand } from '../port/connection.js'
import type { SettledElsewhere } from './worker.js'

/** ms for which the server remembers what workers told. */
const KEEP = '600000'

/** Keys of one command. */
const BATCH = 1000

/** The settlements that workers tell after a reconnect. */
export const settledElsewhere = (send: SendCommand, key: string): SettledElsewhere => ({
  tell: async (keys) => {
    for (let at = 0; at < keys.length; at += BATCH) await send(['SADD', key, ...keys.slice(at, at + BATCH)])
    await send(['PEXPIRE', key, KEEP])
  },
  ask: async (keys) => {
    const known = (await send(['SMISMEMBER', key, ...keys])) as readonly number[]
    return new Set(keys.filter((_, index) => known[index] === 1))
  },
})
