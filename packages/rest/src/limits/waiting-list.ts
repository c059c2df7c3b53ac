import type { LimitPermit } from '@qqkit/core'

/** Someone who waits for a place. */
export interface Waiter {
  readonly priority: number
  /** What it is for, e.g. a user. */
  readonly target: string
  /** When it came, for the order among equals. */
  readonly order: number
  readonly grant: (permit: LimitPermit) => void
}

/** Whether one goes before another: the more urgent first, equals in the order in which they came. */
export const goesBefore = (one: Waiter, other: Waiter): boolean =>
  one.priority === other.priority ? one.order < other.order : one.priority < other.priority

/** Those who wait for the same thing, in the order in which they go: whoever comes back from elsewhere keeps its turn. */
export class WaitingList {
  readonly #waiters: Waiter[] = []

  get size(): number {
    return this.#waiters.length
  }

  get first(): Waiter | undefined {
    return this.#waiters[0]
  }

  /** How many go before a newcomer of this priority. */
  ahead(priority: number): number {
    return this.#place((waiter) => waiter.priority <= priority)
  }

  add(waiter: Waiter): void {
    const place = this.#place((other) => goesBefore(other, waiter))
    if (place === this.#waiters.length) this.#waiters.push(waiter)
    else this.#waiters.splice(place, 0, waiter)
  }

  remove(waiter: Waiter): void {
    const place = this.#place((other) => goesBefore(other, waiter))
    if (this.#waiters[place] !== waiter) return
    if (place === 0) this.#waiters.shift()
    else this.#waiters.splice(place, 1)
  }

  /** How many of them, from the front, are before a place. */
  #place(isBefore: (waiter: Waiter) => boolean): number {
    let [low, high] = [0, this.#waiters.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      const waiter = this.#waiters[middle]
      if (waiter && isBefore(waiter)) low = middle + 1
      else high = middle
    }
    return low
  }
}
