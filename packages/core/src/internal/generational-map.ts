import { hashOf } from './hash-of.js'

/** The limits of a {@link GenerationalMap}. */
export interface GenerationalMapOptions<V> {
  /** An entry is kept until at least this many others were added after it, and at most twice as many. */
  readonly size: number
  /** Whether an entry must stay, at any age. */
  readonly keeps: (value: V) => boolean
}

/**
 * A map that keeps the newest entries in two generations and evicts a whole generation at a time. It is asked about one new
 * key after another, and a `Map` of tens of thousands is slow to say no: it follows a chain of keys, each of them somewhere
 * else in memory. A {@link Generation} mostly looks at one number.
 */
export class GenerationalMap<V> {
  readonly #size: number
  readonly #keeps: (value: V) => boolean
  /** `null` until there is an entry: thousands of these maps may exist, most of them idle. */
  #young: Generation<V> | null = null
  #old: Generation<V> | null = null
  /** Entries added to the young generation. */
  #added = 0

  constructor({ size, keeps }: GenerationalMapOptions<V>) {
    this.#size = size
    this.#keeps = keeps
  }

  get(key: string): V | undefined {
    return this.#young === null ? undefined : this.#find(key, hashOf(key))
  }

  /** Adds an entry, or replaces the value of its key. */
  add(key: string, value: V): void {
    this.#put(key, hashOf(key), value)
  }

  /** The value of a key; without one, `value` is added. */
  getOrAdd(key: string, value: V): V {
    const hash = hashOf(key)
    const known = this.#find(key, hash)
    if (known === undefined) this.#put(key, hash, value)
    return known ?? value
  }

  #find(key: string, hash: number): V | undefined {
    return this.#young?.get(key, hash) ?? this.#old?.get(key, hash)
  }

  #put(key: string, hash: number, value: V): void {
    if (this.#added >= this.#size) this.#rotate()
    this.#added += 1
    this.#young ??= new Generation()
    this.#young.set(key, hash, value)
  }

  #rotate(): void {
    const [young, old] = [this.#young, this.#old]
    const next = new Generation<V>(young?.size)
    old?.forEach((key, hash, value) => {
      // An entry that was added again is in the young generation with its newest value.
      if (this.#keeps(value) && young?.get(key, hash) === undefined) next.set(key, hash, value)
    })
    this.#old = young
    this.#young = next
    this.#added = 0
  }
}

const FEWEST_SLOTS = 16

/** A hash table without deletion: entries in the order of their addition, found over slots with their numbers. */
class Generation<V> {
  #keys: string[] = []
  #values: V[] = []
  #hashes: number[] = []
  /** The number of an entry plus one, at its hash or after it; 0 in a free slot. At most half of them are taken. */
  #slots: Int32Array

  /** @param expected how many entries there will be */
  constructor(expected = 0) {
    let slots = FEWEST_SLOTS
    while (slots < 2 * expected) slots *= 2
    this.#slots = new Int32Array(slots)
  }

  get size(): number {
    return this.#keys.length
  }

  get(key: string, hash: number): V | undefined {
    return this.#values[this.#slots[this.#slotOf(key, hash)]! - 1]
  }

  set(key: string, hash: number, value: V): void {
    const slot = this.#slotOf(key, hash)
    const entry = this.#slots[slot]! - 1
    if (entry >= 0) {
      this.#values[entry] = value
      return
    }
    if (this.size === 0) {
      // A list that begins with `push` has room for sixteen more: many maps never have a second entry.
      this.#keys = [key]
      this.#hashes = [hash]
      this.#values = [value]
    } else {
      this.#keys.push(key)
      this.#hashes.push(hash)
      this.#values.push(value)
    }
    this.#slots[slot] = this.size
    if (2 * this.size > this.#slots.length) this.#grow()
  }

  forEach(visit: (key: string, hash: number, value: V) => void): void {
    for (let entry = 0; entry < this.size; entry += 1)
      visit(this.#keys[entry]!, this.#hashes[entry]!, this.#values[entry]!)
  }

  /** The slot of a key, or the free one where it belongs. */
  #slotOf(key: string, hash: number): number {
    const last = this.#slots.length - 1
    let slot = hash & last
    for (let entry = this.#slots[slot]! - 1; entry >= 0; entry = this.#slots[slot]! - 1) {
      if (this.#hashes[entry] === hash && this.#keys[entry] === key) break
      slot = (slot + 1) & last
    }
    return slot
  }

  #grow(): void {
    const slots = new Int32Array(2 * this.#slots.length)
    const last = slots.length - 1
    for (let entry = 0; entry < this.size; entry += 1) {
      let slot = this.#hashes[entry]! & last
      while (slots[slot] !== 0) slot = (slot + 1) & last
      slots[slot] = entry + 1
    }
    this.#slots = slots
  }
}
