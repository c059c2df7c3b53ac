import { WaitingList, type Waiter } from './waiting-list.js'
import type { Window } from './window.js'

/**
 * What attempts have to pass: windows that count them, and a hold after a refusal. Pure but for its own memory: times come
 * in, times go out.
 */
export class Gate {
  readonly waiting: WaitingList = new WaitingList()
  readonly #windows: readonly Window[]
  #heldUntil = -Infinity

  constructor(windows: readonly Window[]) {
    this.#windows = windows
  }

  /** When the one behind `ahead` others passes. */
  readyAt(now: number, ahead: number): number {
    let ready = Math.max(now, this.#heldUntil)
    for (const window of this.#windows) ready = Math.max(ready, window.readyAt(now, ahead))
    return ready
  }

  /** When a newcomer passes, behind those who wait and go before it. */
  readyFor(now: number, newcomer: Pick<Waiter, 'priority' | 'round'>): number {
    return this.readyAt(now, this.waiting.size === 0 ? 0 : this.waiting.ahead(newcomer))
  }

  take(now: number): void {
    for (const window of this.#windows) window.take(now)
  }

  giveBack(stamp: number): void {
    for (const window of this.#windows) window.giveBack(stamp)
  }

  learn(now: number, count: number): void {
    for (const window of this.#windows) window.learn?.(now, count)
  }

  /** Lets nobody pass before `until`. */
  hold(until: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, until)
  }

  /** Whether it remembers nothing that matters. */
  idle(now: number): boolean {
    return (
      this.waiting.size === 0 && this.#heldUntil <= now && this.#windows.every((window) => window.idle(now))
    )
  }
}
