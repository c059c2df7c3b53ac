/** Remembers the last so many keys, at least. Two generations instead of one eviction per key. */
export class RecentKeys {
  readonly #count: number
  #young = new Set<string>()
  #old: Set<string> | null = null

  constructor(count: number) {
    this.#count = count
  }

  has(key: string): boolean {
    return this.#young.has(key) || (this.#old?.has(key) ?? false)
  }

  add(key: string): void {
    if (this.#young.size >= this.#count) {
      this.#old = this.#young
      this.#young = new Set()
    }
    this.#young.add(key)
  }
}
