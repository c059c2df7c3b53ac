/** Moments of one kind of thing, oldest first and bounded. */
export class Moments {
  readonly #limit: number
  #moments: number[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  add(at: number): void {
    this.#moments.push(at)
    if (this.#moments.length >= 2 * this.#limit) this.#moments = this.#moments.slice(-this.#limit)
  }

  get count(): number {
    return this.#moments.length
  }

  /** The largest number of moments in any window of `ms`. */
  most(ms: number): number {
    let first = 0
    let most = 0
    for (const [last, at] of this.#moments.entries()) {
      while (at - (this.#moments[first] ?? 0) >= ms) first += 1
      most = Math.max(most, last - first + 1)
    }
    return most
  }
}
