import type { SessionStore } from '@qqkit/core'

import { Turns } from './turns.js'

/** Shared by all who write to a store in this process. */
const turnsOf = new WeakMap<SessionStore, Turns>()

/** Runs some work on a store when what came before is through: a disk that hangs takes one thread, not one for each shard. */
export const inTurn = async <T>(store: SessionStore, work: () => Promise<T>): Promise<T> => {
  const turns = turnsOf.get(store) ?? new Turns()
  turnsOf.set(store, turns)
  return turns.run(work)
}
