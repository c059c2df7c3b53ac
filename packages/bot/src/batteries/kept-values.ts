import * as v from 'valibot'

import { fn } from './check.js'
import type { StateStore } from './state-store.js'

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
export class KeptValues<T> {
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
