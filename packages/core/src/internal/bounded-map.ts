import type { Linked } from './linked-queue.js'
import { LinkedQueue } from './linked-queue.js'

/** What a {@link BoundedMap} keeps. */
export interface BoundedMapOptions {
  /** How much it keeps; the entry that was unused for longest makes room. */
  readonly limit: number
  /** What an entry counts against `limit`. Default 1. */
  readonly weightOf?: (key: string) => number
  /** How long an entry is kept after it was set, in ms of `now`. Default: as long as there is room. */
  readonly maxAge?: number
  /** The clock for `maxAge`. */
  readonly now?: () => number
}

interface Entry<V> extends Linked<Entry<V>> {
  readonly key: string
  readonly value: V
  readonly setAt: number
}

/**
 * A map that forgets the entry unused for longest. The order of use is a list beside the map: a `Map` whose first entry is
 * deleted again and again keeps the deleted ones in its table, and becomes slow to ask for its first.
 */
export class BoundedMap<V> {
  readonly #limit: number
  readonly #weightOf: ((key: string) => number) | undefined
  readonly #maxAge: number
  readonly #now: () => number
  readonly #entries = new Map<string, Entry<V>>()
  readonly #byUse = new LinkedQueue<Entry<V>>()
  #weight = 0

  constructor({ limit, weightOf, maxAge = Infinity, now = () => 0 }: BoundedMapOptions) {
    this.#limit = limit
    this.#weightOf = weightOf
    this.#maxAge = maxAge
    this.#now = now
  }

  get size(): number {
    return this.#entries.size
  }

  /** The value of a key, which counts as a use. */
  get(key: string): V | undefined {
    const entry = this.#find(key)
    if (!entry) return undefined
    this.#byUse.remove(entry)
    this.#byUse.push(entry)
    return entry.value
  }

  /** The value of a key; its place in the order of use stays. */
  peek(key: string): V | undefined {
    return this.#find(key)?.value
  }

  set(key: string, value: V): void {
    this.delete(key)
    const entry: Entry<V> = { key, value, setAt: this.#now(), prev: null, next: null }
    this.#entries.set(key, entry)
    this.#byUse.push(entry)
    this.#weight += this.#weigh(key)
    for (let { first } = this.#byUse; first && this.#mustGo(first); { first } = this.#byUse)
      this.delete(first.key)
  }

  /** @returns whether there was one */
  delete(key: string): boolean {
    const entry = this.#entries.get(key)
    if (!entry) return false
    this.#entries.delete(key)
    this.#byUse.remove(entry)
    this.#weight -= this.#weigh(key)
    return true
  }

  #find(key: string): Entry<V> | undefined {
    const entry = this.#entries.get(key)
    if (!entry || !this.#isExpired(entry)) return entry
    this.delete(key)
    return undefined
  }

  #mustGo(entry: Entry<V>): boolean {
    return this.#weight > this.#limit || this.#isExpired(entry)
  }

  #isExpired(entry: Entry<V>): boolean {
    return this.#maxAge !== Infinity && this.#now() - entry.setAt >= this.#maxAge
  }

  #weigh(key: string): number {
    return this.#weightOf?.(key) ?? 1
  }
}
