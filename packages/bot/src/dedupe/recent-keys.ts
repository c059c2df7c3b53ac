/**
 * Remembers the newest keys: at least as many as it was told, at most twice as many. Two generations, so that nothing is
 * ever evicted one by one, which makes a large set slow to look at.
 */
export class RecentKeys {
  readonly #capacity: number
  #young = new Set<string>()
  #old = new Set<string>()

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  has(key: string): boolean {
    return this.#young.has(key) || this.#old.has(key)
  }

  add(key: string): void {
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young
      this.#young = new Set()
    }
    this.#young.add(key)
  }
}
