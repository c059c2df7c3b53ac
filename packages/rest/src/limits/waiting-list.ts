import type { LimitPermit } from '@qqkit/core'

/** Someone who waits for a place. */
export interface Waiter {
  readonly priority: number
  /** What it is for, e.g. a user. */
  readonly target: string
  /** The round in which it has its turn. */
  readonly round: number
  /** When it came, for the order among equals. */
  readonly order: number
  readonly grant: (permit: LimitPermit) => void
}

type Standing = Pick<Waiter, 'priority' | 'round' | 'order'>

/** Whether one goes before another: the more urgent first, then by rounds, those of one round in the order in which they came. */
export const goesBefore = (one: Standing, other: Standing): boolean => {
  if (one.priority !== other.priority) return one.priority < other.priority
  return one.round === other.round ? one.order < other.order : one.round < other.round
}

/** Those who wait for the same thing, in the order in which they go: whoever comes back from elsewhere keeps its turn. */
export class WaitingList {
  readonly #waiters: Waiter[] = []

  get size(): number {
    return this.#waiters.length
  }

  get first(): Waiter | undefined {
    return this.#waiters[0]
  }

  /** How many go before a newcomer. */
  ahead({ priority, round }: Pick<Waiter, 'priority' | 'round'>): number {
    const newcomer = { priority, round, order: Infinity }
    return this.#place((waiter) => goesBefore(waiter, newcomer))
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
