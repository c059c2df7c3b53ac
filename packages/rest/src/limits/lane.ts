import type { LimitPermit } from '@qqkit/core'

import type { SlidingWindow } from './sliding-window.js'

/** Someone who waits for a place. */
export interface Waiter {
  readonly priority: number
  /** When it came, for the order among equals. */
  readonly order: number
  readonly grant: (permit: LimitPermit) => void
}

/** The waiting line in front of one budget; the more urgent stand in front, equals in the order in which they came. */
export class Lane {
  readonly window: SlidingWindow
  readonly #lines = new Map<number, Set<Waiter>>()
  #size = 0

  constructor(window: SlidingWindow) {
    this.window = window
  }

  get size(): number {
    return this.#size
  }

  first(): Waiter | undefined {
    let best: Waiter | undefined
    for (const line of this.#lines.values()) {
      const [waiter] = line
      if (waiter && (!best || waiter.priority < best.priority)) best = waiter
    }
    return best
  }

  /** How many would go before a newcomer of this priority. */
  ahead(priority: number): number {
    let count = 0
    for (const [level, line] of this.#lines) if (level <= priority) count += line.size
    return count
  }

  add(waiter: Waiter): void {
    const line = this.#lines.get(waiter.priority) ?? new Set()
    this.#lines.set(waiter.priority, line.add(waiter))
    this.#size += 1
  }

  remove(waiter: Waiter): void {
    const line = this.#lines.get(waiter.priority)
    if (!line?.delete(waiter)) return
    this.#size -= 1
    if (line.size === 0) this.#lines.delete(waiter.priority)
  }
}
