/** What a {@link GenerationalMap} keeps. */
export interface GenerationalMapOptions<V> {
  /** An entry is kept until at least this many others were added after it, and at most twice as many. */
  readonly size: number
  /** Whether an entry must stay, however old it is. */
  readonly keeps: (value: V) => boolean
}

/**
 * A map that keeps the newest entries in two generations and evicts a whole generation at a time: deleting entries one by
 * one leaves holes that make a large `Map` slow to iterate, and keeps outgrown tables alive.
 */
export class GenerationalMap<V> {
  readonly #size: number
  readonly #keeps: (value: V) => boolean
  /** `null` until there is an entry: thousands of these maps may exist, most of them idle. */
  #young: Map<string, V> | null = null
  #old: Map<string, V> | null = null
  /** Entries added to the young generation. */
  #added = 0

  constructor({ size, keeps }: GenerationalMapOptions<V>) {
    this.#size = size
    this.#keeps = keeps
  }

  get(key: string): V | undefined {
    return this.#young?.get(key) ?? this.#old?.get(key)
  }

  /** Adds an entry, or replaces the value of its key. */
  add(key: string, value: V): void {
    if (this.#added >= this.#size) this.#rotate()
    this.#added += 1
    this.#young ??= new Map()
    this.#young.set(key, value)
  }

  #rotate(): void {
    const kept = new Map<string, V>()
    for (const [key, value] of this.#old ?? [])
      // An entry that was added again is in the young generation with its newest value.
      if (this.#keeps(value) && !this.#young?.has(key)) kept.set(key, value)
    this.#old = this.#young
    this.#young = kept
    this.#added = 0
  }
}
