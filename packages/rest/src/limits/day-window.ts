import type { Window } from './window.js'

const DAY = 86_400_000
/** Days turn over at midnight in China, where the platform is. */
const AHEAD = 8 * 3_600_000

/** ms until the next midnight in China. */
export const untilMidnight = (wall: number): number => DAY - ((((wall + AHEAD) % DAY) + DAY) % DAY)

/** The day in China, as `2026-11-30`. */
export const dayOf = (wall: number): string => new Date(wall + AHEAD).toISOString().slice(0, 10)

/** Counts by the day in China: a daily quota is whole again at midnight, not a day after each message. */
export class DayWindow implements Window {
  readonly #count: number
  /** Wall time in ms. */
  readonly #wall: () => number
  /** When the present day began and ends, on the clock. */
  #begun = -Infinity
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

  giveBack(stamp: number): void {
    if (stamp >= this.#begun && this.#used > 0) this.#used -= 1
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
    this.#begun = now
    this.#over = now + untilMidnight(this.#wall())
    this.#used = 0
  }
}
