import type { Window } from './window.js'

/** Counts grants exactly: never more than `count` in any stretch of `per` ms. */
export class SlidingWindow implements Window {
  readonly #count: number
  readonly #per: number
  /** Times of grants, ascending; those before `#from` have left the window. */
  #stamps: number[] = []
  #from = 0

  constructor(limit: { readonly requests: number; readonly windowMs: number }) {
    this.#count = limit.requests
    this.#per = limit.windowMs
  }

  /** The earliest time from `now` on at which the one behind `ahead` others gets a place. */
  readyAt(now: number, ahead = 0): number {
    this.#expire(now)
    const used = this.#stamps.length - this.#from
    const free = this.#count - used
    if (ahead < free) return now
    const place = ahead - free
    const rounds = Math.floor(place / this.#count)
    const stamp = this.#stamps[this.#from + (place % this.#count)] ?? now
    return stamp + this.#per + rounds * this.#per
  }

  /** Takes a place, at a time when there is one. */
  take(now: number): void {
    this.#stamps.push(now)
  }

  /** Gives back the place taken at `stamp`. */
  giveBack(stamp: number): void {
    const index = this.#stamps.lastIndexOf(stamp)
    if (index >= this.#from) this.#stamps.splice(index, 1)
  }

  /** Whether it remembers nothing that matters. */
  idle(now: number): boolean {
    this.#expire(now)
    return this.#stamps.length === this.#from
  }

  #expire(now: number): void {
    while ((this.#stamps[this.#from] ?? Infinity) + this.#per <= now) this.#from += 1
    // Cut off now and then, not each time.
    if (this.#from > this.#count) {
      this.#stamps = this.#stamps.slice(this.#from)
      this.#from = 0
    }
  }
}
