import type { Open } from './open-list.js'

/** Events are remembered by key until at least this many others have come; those in flight for as long as they are. */
const GENERATION = 1000

/** Knows the newest delivery of each key. Two generations, so that nothing is ever evicted one by one. */
export class KnownKeys {
  /** `null` until there is one: most shards of a large bot are quiet. */
  #young: Map<string, Open> | null = null
  #old: Map<string, Open> | null = null
  /** How many were added to the young ones. */
  #added = 0

  get(key: string): Open | undefined {
    return this.#young?.get(key) ?? this.#old?.get(key)
  }

  add(key: string, delivery: Open): void {
    if (this.#added === GENERATION) this.#rotate()
    this.#added += 1
    this.#young ??= new Map()
    this.#young.set(key, delivery)
  }

  #rotate(): void {
    const kept = new Map<string, Open>()
    for (const [key, delivery] of this.#old ?? []) if (!delivery.settled) kept.set(key, delivery)
    this.#old = this.#young
    this.#young = kept
    this.#added = 0
  }
}
