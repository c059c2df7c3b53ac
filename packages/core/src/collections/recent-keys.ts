/** What a {@link RecentKeys} remembers. */
export interface RecentKeysOptions<V> {
  /** A key is remembered until at least so many others have come after it, at most twice as many. */
  readonly size: number
  /** Whether a value must not be forgotten yet, however old it is. */
  readonly keeps: (value: V) => boolean
}

/**
 * Remembers something about the newest keys. Two generations, and nothing is ever taken out one by one: that makes a large
 * map slow to look at, and each table that a map outgrows points to the next, so that what has long been taken out is kept
 * alive by garbage that is older still.
 */
export class RecentKeys<V> {
  readonly #size: number
  readonly #keeps: (value: V) => boolean
  /** `null` until there is one: there may be thousands of these, most of them idle. */
  #young: Map<string, V> | null = null
  #old: Map<string, V> | null = null
  /** How many were added to the young ones. */
  #added = 0

  constructor({ size, keeps }: RecentKeysOptions<V>) {
    this.#size = size
    this.#keeps = keeps
  }

  get(key: string): V | undefined {
    return this.#young?.get(key) ?? this.#old?.get(key)
  }

  /** The newest value of a key counts. */
  add(key: string, value: V): void {
    if (this.#added >= this.#size) this.#rotate()
    this.#added += 1
    this.#young ??= new Map()
    this.#young.set(key, value)
  }

  #rotate(): void {
    const kept = new Map<string, V>()
    for (const [key, value] of this.#old ?? [])
      // One that came again is among the young ones with its newest value.
      if (this.#keeps(value) && !this.#young?.has(key)) kept.set(key, value)
    this.#old = this.#young
    this.#young = kept
    this.#added = 0
  }
}
