import type { CancelTimer, Clock } from '@qqkit/core'

import type { TimerName } from '../machine/timers.js'

/** At most one timer per name. */
export class NamedTimers {
  readonly #clock: Clock
  readonly #running = new Map<TimerName, CancelTimer>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  set(name: TimerName, ms: number, fn: () => void): void {
    this.clear(name)
    const cancel = this.#clock.setTimer(ms, () => {
      this.#running.delete(name)
      fn()
    })
    this.#running.set(name, cancel)
  }

  clear(name: TimerName): void {
    const cancel = this.#running.get(name)
    if (!cancel) return
    this.#running.delete(name)
    cancel()
  }

  clearAll(): void {
    const cancels = [...this.#running.values()]
    this.#running.clear()
    for (const cancel of cancels) cancel()
  }
}
