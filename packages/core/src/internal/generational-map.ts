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

/** As many entries are looked through: thousands of maps may exist that never have more. */
const FEW = 8

/** A hash table without deletion: entries in the order of their addition, found over slots with their numbers. */
class Generation<V> {
  #keys: string[] = []
  #values: V[] = []
  #hashes: number[] = []
  /**
   * The number of an entry plus one, at its hash or after it; 0 in a free slot. At most half of them are taken. `null` while
   * there are few entries.
   */
  #slots: Int32Array | null

  /** @param expected how many entries there will be */
  constructor(expected = 0) {
    this.#slots = expected > FEW ? new Int32Array(slotsFor(expected)) : null
  }

  get size(): number {
    return this.#keys.length
  }

  get(key: string, hash: number): V | undefined {
    return this.#values[this.#find(key, hash)]
  }

  set(key: string, hash: number, value: V): void {
    const known = this.#find(key, hash)
    if (known >= 0) {
      this.#values[known] = value
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
    const slots = this.#slots
    if (slots !== null && 2 * this.size <= slots.length) this.#seat(this.size - 1, slots)
    else if (this.size > FEW) this.#grow()
  }

  forEach(visit: (key: string, hash: number, value: V) => void): void {
    for (let entry = 0; entry < this.size; entry += 1)
      visit(this.#keys[entry]!, this.#hashes[entry]!, this.#values[entry]!)
  }

  /** The number of the entry of a key; -1 for none. */
  #find(key: string, hash: number): number {
    const slots = this.#slots
    if (slots === null) {
      let entry = this.size - 1
      while (entry >= 0 && !this.#is(entry, key, hash)) entry -= 1
      return entry
    }
    const last = slots.length - 1
    for (let slot = hash & last; slots[slot] !== 0; slot = (slot + 1) & last)
      if (this.#is(slots[slot]! - 1, key, hash)) return slots[slot]! - 1
    return -1
  }

  #is(entry: number, key: string, hash: number): boolean {
    return this.#hashes[entry] === hash && this.#keys[entry] === key
  }

  /** Puts an entry into the first free slot from its hash on. */
  #seat(entry: number, slots: Int32Array): void {
    const last = slots.length - 1
    let slot = this.#hashes[entry]! & last
    while (slots[slot] !== 0) slot = (slot + 1) & last
    slots[slot] = entry + 1
  }

  #grow(): void {
    const slots = new Int32Array(slotsFor(this.size))
    for (let entry = 0; entry < this.size; entry += 1) this.#seat(entry, slots)
    this.#slots = slots
  }
}

/** A power of two, at least twice as many as there are entries. */
const slotsFor = (entries: number): number => {
  let slots = 2 * FEW
  while (slots < 2 * entries) slots *= 2
  return slots
}
