import type { CancelTimer, Clock } from '@qqkit/core'

import type { TimerName } from '../machine/input.js'
import type { Inbox } from './ports.js'

/** ms after which a timer counts as late. */
const LATE = 50

/** Timers run before sockets are read; this runs after that. */
const afterReading = (work: () => void): CancelTimer => {
  const immediate = setImmediate(work)
  return () => clearImmediate(immediate)
}

/** At most one timer per name; each becomes an input with the number of the connection that it was set for. */
export class NamedTimers {
  readonly #clock: Clock
  readonly #inbox: Inbox
  readonly #running: { [N in TimerName]?: CancelTimer | undefined } = {}

  constructor(clock: Clock, inbox: Inbox) {
    this.#clock = clock
    this.#inbox = inbox
  }

  set(name: TimerName, ms: number, epoch: number): void {
    this.clear(name)
    const due = this.#clock.now() + ms
    this.#running[name] = this.#clock.setTimer(ms, () => {
      // The process was busy: what arrived meanwhile is still to be read, and may be the very thing that is waited for.
      if (this.#clock.now() - due > LATE) this.#running[name] = afterReading(() => this.#feed(name, epoch))
      else this.#feed(name, epoch)
    })
  }

  #feed(name: TimerName, epoch: number): void {
    this.#running[name] = undefined
    this.#inbox.feed({ type: 'timer', epoch, name })
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
