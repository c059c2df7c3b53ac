import type { LimitPermit } from '@qqkit/core'

import type { SlidingWindow } from './sliding-window.js'

/** Who asks for a place. */
export interface Newcomer {
  readonly priority: number
  /** A message that replies to nothing: can be held back while replies go on (§6.4). */
  readonly proactive?: boolean
}

/** Someone who waits for a place. */
export interface Waiter extends Required<Newcomer> {
  /** When it came, for the order among equals. */
  readonly order: number
  readonly grant: (permit: LimitPermit) => void
}

/** Whether one goes before another: the more urgent first, equals in the order in which they came. */
export const goesBefore = (one: Waiter, other: Waiter): boolean =>
  one.priority === other.priority ? one.order < other.order : one.priority < other.priority

/** Those of one priority and kind, in the order in which they came. */
interface Line extends Required<Newcomer> {
  readonly waiters: Set<Waiter>
}

/** The waiting lines in front of one budget. */
export class Lane {
  readonly window: SlidingWindow
  #lines: Line[] = []
  #size = 0
  /** Until then no proactive message goes. */
  #heldBackUntil = -Infinity

  constructor(window: SlidingWindow) {
    this.window = window
  }

  get size(): number {
    return this.#size
  }

  /** Who goes next, of those who may go. */
  first(now: number): Waiter | undefined {
    let best: Waiter | undefined
    for (const { proactive, waiters } of this.#lines) {
      if (proactive && now < this.#heldBackUntil) continue
      const [waiter] = waiters
      if (waiter && (!best || goesBefore(waiter, best))) best = waiter
    }
    return best
  }

  /** When a newcomer gets a place, behind those who go before it. */
  readyAt(now: number, { priority, proactive = false }: Newcomer): number {
    let ahead = 0
    for (const line of this.#lines) {
      const passed = line.proactive && !proactive && now < this.#heldBackUntil
      if (line.priority <= priority && !passed) ahead += line.waiters.size
    }
    const ready = this.window.readyAt(now, ahead)
    return proactive ? Math.max(ready, this.#heldBackUntil) : ready
  }

  /** When the next of those who wait can go; `Infinity` when nobody waits. */
  dueAt(now: number): number {
    if (this.#size === 0) return Infinity
    const ready = this.window.readyAt(now)
    return this.#lines.every(({ proactive }) => proactive) ? Math.max(ready, this.#heldBackUntil) : ready
  }

  /** Lets no proactive message go before `until`. */
  holdBack(until: number): void {
    this.#heldBackUntil = Math.max(this.#heldBackUntil, until)
  }

  add(waiter: Waiter): void {
    this.#lineOf(waiter).waiters.add(waiter)
    this.#size += 1
  }

  remove(waiter: Waiter): void {
    const line = this.#lineOf(waiter)
    if (line.waiters.delete(waiter)) this.#size -= 1
    if (line.waiters.size === 0) this.#lines = this.#lines.filter((one) => one !== line)
  }

  /** Whether it remembers nothing that matters. */
  idle(now: number): boolean {
    return this.#size === 0 && this.#heldBackUntil <= now && this.window.idle(now)
  }

  #lineOf({ priority, proactive }: Waiter): Line {
    const known = this.#lines.find((line) => line.priority === priority && line.proactive === proactive)
    if (known) return known
    const line: Line = { priority, proactive, waiters: new Set() }
    this.#lines.push(line)
    return line
  }
}
