import { hashOf } from './hash-of.js'

/** Something that is known by a text, in one {@link RecentTexts} at a time. */
export interface Named {
  /** A text that is kept beside it; empty for none. */
  readonly note: string
  /** Set by the table; -1 outside. */
  number: number
}

/** What a {@link RecentTexts} works with. */
export interface RecentTextsDeps<V> {
  /** A text is known until at least this many others came after it. */
  readonly size: number
  /** Whether a value must stay, at any age. */
  readonly keeps: (value: V) => boolean
  /** Makes the value of a text that was released. */
  readonly revive: (text: string, note: string) => V
}

const FEWEST = 16

/** Stands for the length of a text that was counted as new again: it is found at its newer number only. */
const MOVED_ON = -1

/** A copy of an array of numbers with room for twice as many. */
const twice = <A extends Int32Array | Uint16Array>(array: A): A => {
  const larger = new (array.constructor as new (length: number) => A)(2 * array.length)
  larger.set(array)
  return larger
}

/**
 * The texts that came lately, each with a value while there is something to say about it, and with a short note afterwards.
 * Characters and numbers lie in typed arrays: ten thousand remembered ids that each cost an object and two strings would be
 * copied again and again by the garbage collector, which is more work than looking them up.
 */
export class RecentTexts<V extends Named> {
  readonly #deps: RecentTextsDeps<V>
  /** How many texts there are, the oldest at 0. */
  #count = 0
  /** As many texts as may be there before the oldest are forgotten. */
  #most: number
  /** By hash, or after it: the number of a text plus one; 0 is free. At most half of them are taken. */
  #slots = new Int32Array(2 * FEWEST)
  #hashes = new Int32Array(FEWEST)
  /** Where each text begins, and its length or MOVED_ON; its note follows up to the next beginning. */
  #begins = new Int32Array(FEWEST + 1)
  #lengths = new Int32Array(FEWEST)
  #characters = new Uint16Array(FEWEST)
  readonly #values: (V | null)[] = []

  constructor(deps: RecentTextsDeps<V>) {
    this.#deps = deps
    this.#most = 2 * deps.size
  }

  /** The value of a text; if it is new, it gets `value`. */
  getOrAdd(text: string, value: V): V {
    const hash = hashOf(text)
    const number = this.#find(text, hash)
    if (number !== -1) return this.#values[number] ?? this.#revive(text, number)
    this.#add(text, hash, value)
    return value
  }

  /** Counts a text as new, with a value that it may have had. */
  renew(text: string, value: V): void {
    const hash = hashOf(text)
    const number = this.#find(text, hash)
    if (number !== -1) this.#lengths[number] = MOVED_ON
    this.#add(text, hash, value)
  }

  /** Keeps only text and note of a value. */
  release(value: V): void {
    if (this.#values[value.number] === value) this.#values[value.number] = null
    value.number = -1
  }

  #revive(text: string, number: number): V {
    let note = ''
    const from = this.#begins[number]! + this.#lengths[number]!
    for (const unit of this.#characters.subarray(from, this.#begins[number + 1]))
      note += String.fromCharCode(unit)
    const value = this.#deps.revive(text, note)
    value.number = number
    this.#values[number] = value
    return value
  }

  #find(text: string, hash: number): number {
    const last = this.#slots.length - 1
    for (let slot = hash & last; this.#slots[slot] !== 0; slot = (slot + 1) & last) {
      const number = this.#slots[slot]! - 1
      if (this.#hashes[number] === hash && this.#isAt(number, text)) return number
    }
    return -1
  }

  #isAt(number: number, text: string): boolean {
    if (this.#lengths[number] !== text.length) return false
    const begin = this.#begins[number]!
    for (let at = 0; at < text.length; at += 1)
      if (this.#characters[begin + at] !== text.charCodeAt(at)) return false
    return true
  }

  #add(text: string, hash: number, value: V): void {
    if (this.#count >= this.#most) this.#forgetOldest()
    if (this.#count === this.#hashes.length) this.#grow()
    const number = this.#count
    this.#count += 1
    const end = this.#write(this.#write(this.#begins[number]!, text), value.note)
    this.#begins[number + 1] = end
    this.#lengths[number] = text.length
    this.#hashes[number] = hash
    this.#values.push(value)
    value.number = number
    this.#seat(number)
  }

  #write(from: number, text: string): number {
    const end = from + text.length
    while (this.#characters.length < end) this.#characters = twice(this.#characters)
    for (let at = 0; at < text.length; at += 1) this.#characters[from + at] = text.charCodeAt(at)
    return end
  }

  /** Puts the number of a text into the first free slot. */
  #seat(number: number): void {
    const last = this.#slots.length - 1
    let slot = this.#hashes[number]! & last
    while (this.#slots[slot] !== 0) slot = (slot + 1) & last
    this.#slots[slot] = number + 1
  }

  #grow(): void {
    this.#hashes = twice(this.#hashes)
    this.#lengths = twice(this.#lengths)
    const begins = new Int32Array(this.#hashes.length + 1)
    begins.set(this.#begins)
    this.#begins = begins
    this.#slots = new Int32Array(2 * this.#hashes.length)
    this.#seatAll()
  }

  #seatAll(): void {
    for (let number = 0; number < this.#count; number += 1) this.#seat(number)
  }

  /** Closes the gaps that the oldest leave, in one pass for as many as are kept. */
  #forgetOldest(): void {
    const { size, keeps } = this.#deps
    const firstNew = this.#firstOfNewest(size)
    let kept = 0
    for (let number = 0; number < this.#count; number += 1) {
      if (this.#lengths[number] === MOVED_ON) continue
      const value = this.#values[number] ?? null
      if (number >= firstNew || (value !== null && keeps(value))) this.#move(number, kept++)
      else if (value !== null) value.number = -1
    }
    this.#count = kept
    this.#values.length = kept
    this.#most = kept + size
    this.#slots.fill(0)
    this.#seatAll()
  }

  /** The number from which on there are `size` different texts, or 0. */
  #firstOfNewest(size: number): number {
    let first = this.#count
    for (let found = 0; first > 0 && found < size;) {
      first -= 1
      if (this.#lengths[first] !== MOVED_ON) found += 1
    }
    return first
  }

  #move(from: number, to: number): void {
    const begin = this.#begins[from]!
    const end = this.#begins[from + 1]!
    const target = this.#begins[to]!
    const value = this.#values[from] ?? null
    this.#characters.copyWithin(target, begin, end)
    this.#begins[to + 1] = target + end - begin
    this.#lengths[to] = this.#lengths[from]!
    this.#hashes[to] = this.#hashes[from]!
    this.#values[to] = value
    if (value !== null) value.number = to
  }
}
