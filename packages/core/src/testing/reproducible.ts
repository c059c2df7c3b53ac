import { setImmediate } from 'node:timers/promises'

import type { CancelTimer, Clock } from '../clock.js'

interface Timer {
  readonly due: number
  readonly order: number
  readonly fn: () => void
}

/**
 * A clock that moves only when a test advances it. Timers fire in the order of their due times, then of their creation;
 * all promises that a timer settles run before the next timer fires.
 *
 * @example
 *   const clock = new ManualClock()
 *   const limiter = new MyLimiter({ clock })
 *   const waiting = limiter.acquire(scope, signal)
 *   await clock.advance(1_000)
 *   await waiting
 */
export class ManualClock implements Clock {
  #now = 0
  #order = 0
  readonly #timers = new Set<Timer>()
  readonly #wallStart: number

  /** @param wallStart wall time in ms at the start; by default a fixed time, so that logs are reproducible */
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

  /** How many timers are set; 0 proves that no timer is left behind. */
  get pending(): number {
    return this.#timers.size
  }

  /** ms until the next timer fires, or `null` if none is set. */
  get untilNext(): number | null {
    const next = this.#next()
    return next ? next.due - this.#now : null
  }

  /** Runs the callbacks of all settled promises, without moving time. */
  async settle(): Promise<void> {
    // A macrotask runs after all queued microtasks and the microtasks that they queue.
    await setImmediate()
  }

  /** Moves time forward by `ms` and fires the timers that become due. */
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

  /** Moves time to the next timer and fires it; `false` if none is set. */
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

/**
 * Creates a reproducible `random` option: equal seeds give equal numbers from 0 up to 1 on every machine (Mulberry32).
 *
 * @example
 *   const bot = createTestBot({ random: seededRandom(42) })
 *
 * @param seed a whole number; its lower 32 bits count
 */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
