import type { CancelTimer, Clock } from '@qqkit/core'

import type { TimerName } from '../machine/timers.js'
import type { Inbox } from './ports.js'

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
    this.#running[name] = this.#clock.setTimer(ms, () => {
      this.#running[name] = undefined
      this.#inbox.feed({ type: 'timer', epoch, name })
    })
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
