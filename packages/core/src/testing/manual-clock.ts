import { setImmediate } from 'node:timers/promises'

import type { CancelTimer, Clock } from '../clock.js'

interface Timer {
  readonly due: number
  readonly order: number
  readonly fn: () => void
}

/**
 * A clock that stands still until it is told to move. Timers fire in order of their due time, then of their setting,
 * and all promises that a timer settles have run before the next one fires.
 */
export class ManualClock implements Clock {
  #now = 0
  #order = 0
  readonly #timers = new Set<Timer>()
  readonly #wallStart: number

  /** @param wallStart wall time in ms at the start; the default is a fixed moment, so that logs reproduce */
  constructor(wallStart: number = Date.UTC(2026, 0, 1)) {
    this.#wallStart = wallStart
  }

  now(): number {
    return this.#now
  }

  wall(): number {
    return this.#wallStart + this.#now
  }

  setTimer(ms: number, fn: () => void): CancelTimer {
    const timer: Timer = { due: this.#now + Math.max(0, ms), order: this.#order++, fn }
    this.#timers.add(timer)
    return () => {
      this.#timers.delete(timer)
    }
  }

  /** How many timers are set; 0 proves that nothing is left behind. */
  get pending(): number {
    return this.#timers.size
  }

  /** ms until the next timer fires, or `null` when none is set. */
  get untilNext(): number | null {
    const next = this.#next()
    return next ? next.due - this.#now : null
  }

  /** Lets all settled promises run, without moving time. */
  async settle(): Promise<void> {
    // A macrotask runs after every microtask queued so far and after those that they queue.
    await setImmediate()
  }

  /** Moves time forward by `ms`, firing what becomes due on the way. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await this.settle()
    for (let timer = this.#next(); timer && timer.due <= end; timer = this.#next()) {
      this.#timers.delete(timer)
      this.#now = Math.max(this.#now, timer.due)
      timer.fn()
      await this.settle()
    }
    this.#now = end
  }

  /** Moves time to the next timer and fires it; `false` when none is set. */
  async step(): Promise<boolean> {
    const wait = this.untilNext
    if (wait === null) return false
    await this.advance(wait)
    return true
  }

  #next(): Timer | undefined {
    let next: Timer | undefined
    for (const timer of this.#timers) {
      if (!next || timer.due < next.due || (timer.due === next.due && timer.order < next.order)) next = timer
    }
    return next
  }
}
