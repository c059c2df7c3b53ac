/** Compact once this many entries in front are used up. */
const SLACK = 1024

/** Seqs in ascending order, taken from the front. Adding at the end and taking are O(1) amortised. */
export class SeqOrder {
  readonly #seqs: number[] = []
  #head = 0

  add(seq: number): void {
    const seqs = this.#seqs
    const last = seqs.length - 1
    if (last < this.#head || (seqs[last] as number) < seq) {
      seqs.push(seq)
      return
    }
    // Out of order is rare: only a hole that is filled later.
    let at = last
    while (at > this.#head && (seqs[at - 1] as number) > seq) at -= 1
    seqs.splice(at, 0, seq)
  }

  /** The first that is among `kept`; those before it are forgotten. `null` when none is left. */
  firstOf(kept: ReadonlyMap<number, unknown>): number | null {
    const seqs = this.#seqs
    while (this.#head < seqs.length && !kept.has(seqs[this.#head] as number)) this.#head += 1
    if (this.#head === seqs.length) {
      this.clear()
      return null
    }
    if (this.#head > SLACK && this.#head * 2 > seqs.length) {
      seqs.splice(0, this.#head)
      this.#head = 0
    }
    return seqs[this.#head] as number
  }

  clear(): void {
    this.#seqs.length = 0
    this.#head = 0
  }
}
