import { systemClock, type Clock } from '@qqkit/core'
import { BoundedMap } from '@qqkit/core/internal'

/** Where {@link session}, `history` and `throttle` keep their values: three calls, so that any database will do. Values are plain data. */
export interface StateStore<T> {
  /** The value last saved under a key; `undefined` when there is none, or it has expired. */
  load(key: string): T | undefined | Promise<T | undefined>
  save(key: string, value: T): void | Promise<void>
  remove(key: string): void | Promise<void>
}

/** What a {@link memoryStateStore} holds. */
export interface MemoryStateOptions {
  /** Values at most; those not used for longest are forgotten. Default 10 000. */
  readonly maxEntries?: number
  /** ms after its last save in which a value is forgotten; default never. */
  readonly ttl?: number
  readonly clock?: Clock
}

/** Keeps values in this process. Copies go in and out, as with a database. */
export const memoryStateStore = <T>(options: MemoryStateOptions = {}): StateStore<T> => {
  const { maxEntries = 10_000, ttl = Infinity, clock = systemClock } = options
  const entries = new BoundedMap<{ readonly value: T; readonly savedAt: number }>({ limit: maxEntries })
  return {
    load: (key) => {
      const found = entries.get(key)
      if (!found || clock.now() - found.savedAt >= ttl) return undefined
      return structuredClone(found.value)
    },
    save: (key, value) => entries.set(key, { value: structuredClone(value), savedAt: clock.now() }),
    remove: (key) => void entries.delete(key),
  }
}
