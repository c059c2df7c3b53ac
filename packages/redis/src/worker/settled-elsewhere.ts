import type { SendCommand } from '../port/connection.js'

/** The settlements of other workers, of which the server may have lost the record. */
export interface SettledElsewhere {
  tell(keys: readonly string[]): Promise<void>
  /** Which of these were settled. */
  ask(keys: readonly string[]): Promise<ReadonlySet<string>>
}

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
