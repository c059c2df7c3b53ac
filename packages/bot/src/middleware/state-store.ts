import { isDeepStrictEqual } from 'node:util'

import { type Clock, QqkitError, type StateStore, systemClock } from '@qqkit/core'
import { addTexts, BoundedMap, type Texts } from '@qqkit/core/internal'
import * as v from 'valibot'

import { BaseContext } from '../context/base-context.js'
import type { Context } from '../context/context.js'
import { checkMiddlewareOptions, clock as clockSchema, count, duration, fn } from './check.js'

export type { StateStore }

/** Limits of a {@link memoryStateStore}. */
export interface MemoryStateOptions {
  /** Most values; the least recently used are forgotten. Default 10 000. */
  readonly maxEntries?: number
  /** ms after its last save in which a value is forgotten; default never. */
  readonly ttl?: number
  readonly clock?: Clock
}

/**
 * Keeps values in memory, and copies them in and out like a database.
 *
 * @example
 * bot.use(session({ initial: () => ({ turns: 0 }), store: memoryStateStore({ ttl: 3_600_000 }) }))
 * @throws OptionsError
 */
export const memoryStateStore = <T>(options: MemoryStateOptions = {}): StateStore<T> => {
  checkMiddlewareOptions(
    'memoryStateStore',
    {
      maxEntries: v.optional(count('must be a whole number from 1 up')),
      ttl: v.optional(v.union([v.literal(Infinity), duration('')], 'must be ms from 1 up')),
      clock: clockSchema,
    },
    options,
  )
  const { maxEntries = 10_000, ttl = Infinity, clock = systemClock } = options
  const entries = new BoundedMap<{ readonly value: T; readonly savedAt: number }>({ limit: maxEntries })
  const valueOf = (key: string): T | undefined => {
    const found = entries.get(key)
    return found && clock.now() - found.savedAt < ttl ? found.value : undefined
  }
  const save = (key: string, value: T): void =>
    entries.set(key, { value: structuredClone(value), savedAt: clock.now() })
  return {
    load: (key) => structuredClone(valueOf(key)),
    save,
    remove: (key) => void entries.delete(key),
    swap: (key, before, value) => {
      const isSame = isDeepStrictEqual(valueOf(key), before)
      if (isSame) save(key, value)
      return isSame
    },
  }
}

/** The check of a store in options of middleware. */
export const storeSchema: v.GenericSchema = v.optional(
  v.looseObject({
    load: fn('must have load()'),
    save: fn('must have save()'),
    remove: fn('must have remove()'),
  }),
)

/** How often a value is changed again, since another process was faster. */
const RETRIES = 20

/**
 * Reads, changes and writes values of a store: the changes of one key run one after another, in the order of the calls. Those of
 * other processes lose nothing where the store has `swap`; with any other, of two changes at the same moment one may be lost.
 */
export class StoredValues<T> {
  readonly #store: StateStore<T>
  readonly #isValue: (stored: T) => boolean
  /** The last change of each key that has not ended. */
  readonly #last = new Map<string, Promise<unknown>>()

  /** @param isValue whether what a store gives is one of ours; what is not, e.g. of another version, counts as none */
  constructor(store: StateStore<T>, isValue: (stored: T) => boolean) {
    this.#store = store
    this.#isValue = isValue
  }

  /** @throws the error of the store */
  async load(key: string): Promise<T | undefined> {
    return this.#ours(await this.#read(key))
  }

  /**
   * Changes a value, and returns the result of the change.
   *
   * @param work returns the value to save (`undefined`: unchanged, `null`: removed) and a result; called again where another process was
   *   faster
   * @param ctx of the event whose handler changes it
   * @throws the error of the store; BotError `lease_lost`; QqkitError `swap_refused`
   */
  async change<R>(
    key: string,
    work: (value: T | undefined) => { readonly save: T | null | undefined; readonly result: R },
    ctx?: Context,
  ): Promise<R> {
    return this.#inTurn(key, async () => {
      for (let left = RETRIES; left >= 0; left -= 1) {
        const stored = await this.#read(key)
        const { save, result } = work(this.#ours(stored))
        if (save === undefined || (await this.#replace(key, stored, save, ctx))) return result
      }
      throw swapRefused()
    })
  }

  /** Saves a value whatever was there; `null` removes it. @throws the error of the store */
  async set(key: string, value: T | null): Promise<void> {
    return this.#inTurn(key, async () => this.#put(key, value))
  }

  async #read(key: string): Promise<T | undefined> {
    return (await this.#store.load(key)) ?? undefined
  }

  #ours(stored: T | undefined): T | undefined {
    return stored !== undefined && this.#isValue(stored) ? stored : undefined
  }

  /** Whether it was saved or removed: not where another process has changed it since it was read. */
  async #replace(key: string, before: T | undefined, value: T | null, ctx?: Context): Promise<boolean> {
    if (value === null || !this.#store.swap) {
      await this.#put(key, value, ctx)
      return true
    }
    const lease = ctx && (await BaseContext.mayKeep(ctx))
    return this.#store.swap(key, before, value, lease)
  }

  async #put(key: string, value: T | null, ctx?: Context): Promise<void> {
    const lease = ctx && (await BaseContext.mayKeep(ctx))
    if (value === null) await this.#store.remove(key, lease)
    else await this.#store.save(key, value, lease)
  }

  async #inTurn<R>(key: string, work: () => Promise<R>): Promise<R> {
    const before = this.#last.get(key)
    const changing = (async () => {
      await before
      return work()
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

const REFUSED = 'a value could not be saved: its store refused every swap'

const refusedTexts: Texts = [[REFUSED, '值未能保存：store 拒绝了每一次 swap']]

const swapRefused = (): QqkitError => {
  addTexts(refusedTexts)
  return new QqkitError({
    code: 'swap_refused',
    message: REFUSED,
    advice: {
      en: 'swap(key, before, value) compares the value of the key with what load(key) gave, saves and returns true if they are equal, and returns false otherwise.',
      zh: 'swap(key, before, value) 应将该键当前的值与 load(key) 返回的值比较：相等则保存并返回 true，否则返回 false。',
    },
  })
}

const ignore = (): void => {}
