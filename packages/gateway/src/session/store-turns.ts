import type { SessionStore } from '@qqkit/core'

interface Turns {
  taken: boolean
  readonly waiting: (() => void)[]
}

/** Shared by all who write to a store in this process. */
const turnsOf = new WeakMap<SessionStore, Turns>()

/** Runs some work on a store when what came before is through: a disk that hangs takes one thread, not one for each shard. */
export const inTurn = async <T>(store: SessionStore, work: () => Promise<T>): Promise<T> => {
  const turns = turnsOf.get(store) ?? { taken: false, waiting: [] }
  turnsOf.set(store, turns)
  if (turns.taken) await new Promise<void>((resolve) => turns.waiting.push(resolve))
  turns.taken = true
  try {
    return await work()
  } finally {
    const next = turns.waiting.shift()
    // The turn goes over to who waits longest, and is never free in between.
    if (next) next()
    else turns.taken = false
  }
}
