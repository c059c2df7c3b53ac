/** First and last of a stretch of seqs, both included. */
export type SeqRange = readonly [from: number, to: number]

/** How many stretches are kept apart by {@link SeqRanges.bound}. */
const MOST = 1000

/** A set of seqs as few, ascending stretches. Adding at the end costs nothing to speak of. */
export class SeqRanges {
  #from: number[] = []
  #to: number[] = []

  get size(): number {
    return this.#from.length
  }

  /** Whether there are more stretches than may be kept apart. */
  get isTooMany(): boolean {
    return this.#from.length > MOST
  }

  has(seq: number): boolean {
    const at = this.#firstEndingFrom(seq)
    return at < this.#from.length && (this.#from[at] as number) <= seq
  }

  add(seq: number): void {
    const count = this.#to.length
    if (count === 0) {
      // As a literal: a push would make room for sixteen more, which most shards never need.
      this.#from = [seq]
      this.#to = [seq]
      return
    }
    const last = this.#to[count - 1] as number
    if (seq > last + 1) {
      this.#from.push(seq)
      this.#to.push(seq)
    } else if (seq === last + 1) this.#to[count - 1] = seq
    else this.#insert(seq)
  }

  remove(seq: number): void {
    const at = this.#firstEndingFrom(seq)
    const from = this.#from[at]
    const to = this.#to[at]
    if (from === undefined || to === undefined || from > seq) return
    const left: readonly number[] = from < seq ? [from] : []
    const right: readonly number[] = seq < to ? [seq + 1] : []
    this.#from.splice(at, 1, ...left, ...right)
    this.#to.splice(at, 1, ...left.map(() => seq - 1), ...right.map(() => to))
  }

  /** Adds a stretch above all others. */
  addRange([from, to]: SeqRange): void {
    const last = this.#to.length - 1
    if (this.#to[last] === from - 1) {
      this.#to[last] = to
      return
    }
    this.#from.push(from)
    this.#to.push(to)
  }

  /** The end of the stretch that a seq lies in; `null` when it is not in the set. */
  endOf(seq: number): number | null {
    const at = this.#firstEndingFrom(seq)
    return at < this.#from.length && (this.#from[at] as number) <= seq ? (this.#to[at] as number) : null
  }

  /** How many are missing from the first one above `after` that is in the set, up to and including `through`. */
  missing(after: number, through: number): number {
    let count = 0
    for (let at = this.#firstEndingFrom(after); at + 1 < this.#from.length; at += 1) {
      const from = (this.#to[at] as number) + 1
      const next = Math.min(this.#from[at + 1] as number, through + 1)
      if (from >= next) break
      count += next - from
    }
    return count
  }

  /**
   * Seqs with holes must not grow it without bound: the oldest holes, which are the least likely to be filled, count as
   * filled, but none above `through`; there the farthest seqs are forgotten.
   */
  bound(through: number): void {
    const excess = this.#from.length - MOST
    if (excess <= 0) return
    const filled = Math.min(excess, Math.max(0, this.#firstEndingFrom(through)))
    this.#from.splice(1, filled)
    this.#to.splice(0, filled)
    this.#from.length = MOST
    this.#to.length = MOST
  }

  clear(): void {
    this.#from = []
    this.#to = []
  }

  toArray(): readonly SeqRange[] {
    return this.#from.map((from, at) => [from, this.#to[at] as number])
  }

  /** Index of the first stretch that ends at `seq` or later. */
  #firstEndingFrom(seq: number): number {
    let low = 0
    let high = this.#to.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#to[middle] as number) < seq) low = middle + 1
      else high = middle
    }
    return low
  }

  #insert(seq: number): void {
    const at = this.#firstEndingFrom(seq)
    if ((this.#from[at] as number) <= seq) return
    const joinsLeft = at > 0 && this.#to[at - 1] === seq - 1
    const joinsRight = this.#from[at] === seq + 1
    if (joinsLeft && joinsRight) {
      this.#to.splice(at - 1, 1)
      this.#from.splice(at, 1)
    } else if (joinsLeft) this.#to[at - 1] = seq
    else if (joinsRight) this.#from[at] = seq
    else {
      this.#from.splice(at, 0, seq)
      this.#to.splice(at, 0, seq)
    }
  }
}
