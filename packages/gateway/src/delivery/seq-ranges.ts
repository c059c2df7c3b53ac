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

  addRange([from, to]: SeqRange): void {
    this.#from.push(from)
    this.#to.push(to)
  }

  /** The end of the stretch that a seq lies in; `null` when it is not in the set. */
  endOf(seq: number): number | null {
    const at = this.#firstEndingFrom(seq)
    return at < this.#from.length && (this.#from[at] as number) <= seq ? (this.#to[at] as number) : null
  }

  /** Forgets everything up to and including `seq`. */
  dropThrough(seq: number): void {
    if (this.#from.length === 0 || (this.#from[0] as number) > seq) return
    const gone = this.#firstEndingFrom(seq + 1)
    this.#from.splice(0, gone)
    this.#to.splice(0, gone)
    if (this.#from.length > 0 && (this.#from[0] as number) <= seq) this.#from[0] = seq + 1
  }

  /** Seqs with holes must not grow it without bound: the oldest holes, which are the least likely to be filled, count as filled. */
  bound(): void {
    const excess = this.#from.length - MOST
    if (excess <= 0) return
    this.#from.splice(1, excess)
    this.#to.splice(0, excess)
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
