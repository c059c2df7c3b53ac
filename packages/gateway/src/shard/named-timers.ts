import type { CancelTimer, Clock } from '@qqkit/core'

import type { TimerName } from '../machine/input.js'

/** ms after which a timer counts as late. */
const LATE = 50

/** Timers run before sockets are read; this runs after the read. */
const afterReading = (work: () => void): CancelTimer => {
  const immediate = setImmediate(work)
  return () => clearImmediate(immediate)
}

/** At most one timer per name; each belongs to the connection that it was set for. */
export class NamedTimers {
  readonly #clock: Clock
  readonly #onDue: (name: TimerName, epoch: number) => void
  readonly #running: { [N in TimerName]?: CancelTimer | undefined } = {}

  constructor(clock: Clock, onDue: (name: TimerName, epoch: number) => void) {
    this.#clock = clock
    this.#onDue = onDue
  }

  set(name: TimerName, ms: number, epoch: number): void {
    this.clear(name)
    const due = this.#clock.now() + ms
    this.#running[name] = this.#clock.setTimer(ms, () => {
      // The process was busy: data that arrived meanwhile is read first, since it may be what the timer waits for.
      if (this.#clock.now() - due > LATE) this.#running[name] = afterReading(() => this.#fire(name, epoch))
      else this.#fire(name, epoch)
    })
  }

  #fire(name: TimerName, epoch: number): void {
    this.#running[name] = undefined
    this.#onDue(name, epoch)
  }

  clear(name: TimerName): void {
    const cancel = this.#running[name]
    this.#running[name] = undefined
    cancel?.()
  }

  clearAll(): void {
    for (const name of Object.keys(this.#running) as TimerName[]) this.clear(name)
  }
}
