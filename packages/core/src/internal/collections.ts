/** An entry of a {@link LinkedQueue}, in one queue at a time. */
export interface Linked<T> {
  /** Set by the queue. */
  prev: T | null
  /** Set by the queue. */
  next: T | null
}

/**
 * An intrusive FIFO list with O(1) removal. A `Set` would keep deleted entries reachable through its backing store, so that
 * short-lived objects get promoted by the garbage collector.
 */
export class LinkedQueue<T extends Linked<T>> {
  #first: T | null = null
  #last: T | null = null
  #length = 0

  get length(): number {
    return this.#length
  }

  /** The entry that was added first. */
  get first(): T | null {
    return this.#first
  }

  push(entry: T): void {
    entry.prev = this.#last
    if (this.#last) this.#last.next = entry
    else this.#first = entry
    this.#last = entry
    this.#length += 1
  }

  /** Removes an entry of this queue, wherever it is. */
  remove(entry: T): void {
    if (entry.prev) entry.prev.next = entry.next
    else this.#first = entry.next
    if (entry.next) entry.next.prev = entry.prev
    else this.#last = entry.prev
    entry.prev = null
    entry.next = null
    this.#length -= 1
  }

  /** Removes and returns the first entry; `null` when the queue is empty. */
  shift(): T | null {
    const first = this.#first
    if (first) this.remove(first)
    return first
  }
}

/** The limits of a {@link BoundedMap}. */
export interface BoundedMapOptions {
  /** The largest total weight; above it the least recently used entries are evicted. */
  readonly limit: number
  /** What an entry counts against `limit`. Default 1. */
  readonly weightOf?: (key: string) => number
  /** How long an entry is kept after it was set, in ms of `now`. Default: until it is evicted. */
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
 * A map that evicts the least recently used entry. The order of use is a separate list: a `Map` whose first entry is
 * deleted again and again keeps the deleted entries in its table, and finding its first entry becomes slow.
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
