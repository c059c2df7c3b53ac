/** A count within a limit. Times are in ms on the clock. */
export interface Window {
  /** The earliest time, from `now`, at which the call behind `ahead` others gets a place. */
  readyAt(now: number, ahead: number): number
  /** Takes a free place. */
  take(now: number): void
  /** Ends the place taken at `stamp`: it counts from `at` on, or not at all. */
  end(stamp: number, at: number | null): void
  /** Raises today's count to that of a store which counts beyond this process. */
  learn?(now: number, count: number): void
  /** Whether it holds no state that matters. */
  idle(now: number): boolean
}

/** Counts exactly: never more than `count` grants in any `per` ms. */
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

  end(stamp: number, at: number | null): void {
    const index = this.#stamps.lastIndexOf(stamp)
    if (index >= this.#from) this.#stamps.splice(index, 1)
    if (at !== null) this.take(at)
  }

  /** Whether it remembers nothing that matters. */
  idle(now: number): boolean {
    this.#expire(now)
    return this.#stamps.length === this.#from
  }

  #expire(now: number): void {
    while ((this.#stamps[this.#from] ?? Infinity) + this.#per <= now) this.#from += 1
    // Trimmed occasionally, not each time.
    if (this.#from > this.#count) {
      this.#stamps = this.#stamps.slice(this.#from)
      this.#from = 0
    }
  }
}

const DAY = 86_400_000
/** Days begin at midnight in China, where the platform is. */
const UTC_OFFSET = 8 * 3_600_000

/** ms until the next midnight in China. */
export const untilMidnight = (wall: number): number => DAY - ((((wall + UTC_OFFSET) % DAY) + DAY) % DAY)

/** The day in China, as `2026-11-30`. */
export const dayOf = (wall: number): string => new Date(wall + UTC_OFFSET).toISOString().slice(0, 10)

/** A count of what has ended: no place is given back. */
type Tally = Omit<Window, 'end'>

/** Counts by the calendar day in China: a daily quota is restored at midnight, not a day after each message. */
export class DayWindow implements Tally {
  readonly #count: number
  /** Wall time in ms. */
  readonly #wall: () => number
  /** End of the current day, on the clock. */
  #over = -Infinity
  #used = 0

  constructor(count: number, wall: () => number) {
    this.#count = count
    this.#wall = wall
  }

  readyAt(now: number, ahead = 0): number {
    this.#turn(now)
    const days = Math.floor((this.#used + ahead) / this.#count)
    return days === 0 ? now : this.#over + (days - 1) * DAY
  }

  take(now: number): void {
    this.#turn(now)
    this.#used += 1
  }

  learn(now: number, count: number): void {
    this.#turn(now)
    this.#used = Math.max(this.#used, count)
  }

  idle(now: number): boolean {
    this.#turn(now)
    return this.#used === 0
  }

  #turn(now: number): void {
    if (now < this.#over) return
    this.#over = now + untilMidnight(this.#wall())
    this.#used = 0
  }
}

/**
 * Counts from the end of each attempt, the latest time at which the platform can have received it. Until then the attempt keeps its place,
 * however long it takes.
 */
export class AnswerWindow implements Window {
  readonly #answered: Tally
  #open = 0

  constructor(answered: Tally) {
    this.#answered = answered
  }

  /** An open attempt may count from now on, like those that go before the call. */
  readyAt(now: number, ahead = 0): number {
    return this.#answered.readyAt(now, this.#open + ahead)
  }

  take(): void {
    this.#open += 1
  }

  end(_stamp: number, at: number | null): void {
    this.#open -= 1
    if (at !== null) this.#answered.take(at)
  }

  learn(now: number, count: number): void {
    this.#answered.learn?.(now, count)
  }

  idle(now: number): boolean {
    return this.#open === 0 && this.#answered.idle(now)
  }
}
