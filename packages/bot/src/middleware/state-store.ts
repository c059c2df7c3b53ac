import { type Clock, systemClock } from '@qqkit/core'
import { BoundedMap } from '@qqkit/core/internal'
import * as v from 'valibot'

import { fn } from './check.js'

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

/** What a battery takes for a store. */
export const storeSchema: v.GenericSchema = v.optional(
  v.looseObject({
    load: fn('must have load()'),
    save: fn('must have save()'),
    remove: fn('must have remove()'),
  }),
)

/**
 * Values in a store that are read, changed and written back: one change of a key after the other, in the order in which they
 * were asked for. Other processes are not waited for: of two changes at the same moment one may be lost.
 */
export class StoredValues<T> {
  readonly #store: StateStore<T>
  /** The last change of each key that has not ended. */
  readonly #last = new Map<string, Promise<unknown>>()

  constructor(store: StateStore<T>) {
    this.#store = store
  }

  /**
   * Changes a value, and gives what the change says of it.
   *
   * @param work gives the value to be saved (`undefined`: it stays as it is), and its own result
   * @throws what the store throws
   */
  async change<R>(
    key: string,
    work: (value: T | undefined) => { readonly save: T | undefined; readonly result: R },
  ): Promise<R> {
    const before = this.#last.get(key)
    const changing = (async () => {
      await before
      const { save, result } = work((await this.#store.load(key)) ?? undefined)
      if (save !== undefined) await this.#store.save(key, save)
      return result
    })()
    const ended = changing.then(ignore, ignore)
    this.#last.set(key, ended)
    try {
      return await changing
    } finally {
      if (this.#last.get(key) === ended) this.#last.delete(key)
    }
  }
}

const ignore = (): void => {}
