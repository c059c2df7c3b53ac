/** Things that have a length, by their length: finds the longest without looking at all of them. */
export class ByLength<T> {
  readonly #lengthOf: (one: T) => number
  /** By length; each in the order in which they got it. */
  readonly #sets: Set<T>[] = []
  #length = 0

  constructor(lengthOf: (one: T) => number) {
    this.#lengthOf = lengthOf
  }

  /** The length of the longest; 0 when there is none. */
  get length(): number {
    return this.#length
  }

  /** Of the longest, the one that has been so long for longest. */
  get longest(): T | undefined {
    const [first] = this.#sets[this.#length] ?? []
    return first
  }

  /** One has become longer or shorter by one. */
  moved(one: T, by: 1 | -1): void {
    const length = this.#lengthOf(one)
    this.#sets[length - by]?.delete(one)
    if (length > 0) (this.#sets[length] ??= new Set()).add(one)
    this.#length = Math.max(this.#length, length)
    while (this.#length > 0 && (this.#sets[this.#length]?.size ?? 0) === 0) this.#length -= 1
  }

  clear(): void {
    this.#sets.length = 0
    this.#length = 0
  }
}
