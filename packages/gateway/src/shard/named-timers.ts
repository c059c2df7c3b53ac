import type { Clock } from '@qqkit/core'
import type { Deadline, DeadlineQueue } from '@qqkit/core/internal'

import type { TimerName } from '../machine/input.js'

/** ms after which a timer counts as late. */
const LATE = 50

/** Dependencies of {@link NamedTimers}. */
export interface NamedTimersDeps {
  readonly clock: Clock
  /** All shards of a gateway share one timer of the process. */
  readonly timers: DeadlineQueue
}

/** Gets the timers that are due. */
export interface TimerEvents {
  onTimer(name: TimerName, epoch: number): void
}

/** At most one timer per name; each belongs to the connection that it was set for. */
export class NamedTimers {
  readonly #deps: NamedTimersDeps
  readonly #events: TimerEvents
  readonly #byName: { [N in TimerName]?: NamedTimer | undefined } = {}

  constructor(deps: NamedTimersDeps, events: TimerEvents) {
    this.#deps = deps
    this.#events = events
  }

  set(name: TimerName, ms: number, epoch: number): void {
    this.clear(name)
    const { clock, timers } = this.#deps
    const timer = new NamedTimer(name, epoch, clock, this.#events)
    this.#byName[name] = timer
    timers.add(timer, clock.now() + ms)
  }

  clear(name: TimerName): void {
    const timer = this.#byName[name]
    if (!timer) return
    this.#byName[name] = undefined
    this.#deps.timers.delete(timer)
    timer.cancel()
  }

  clearAll(): void {
    for (const name of Object.keys(this.#byName) as TimerName[]) this.clear(name)
  }
}

class NamedTimer implements Deadline {
  due = 0
  index = -1
  readonly #name: TimerName
  readonly #epoch: number
  readonly #clock: Clock
  readonly #events: TimerEvents
  #immediate: NodeJS.Immediate | null = null

  constructor(name: TimerName, epoch: number, clock: Clock, events: TimerEvents) {
    this.#name = name
    this.#epoch = epoch
    this.#clock = clock
    this.#events = events
  }

  onDeadline(): void {
    if (this.#clock.now() - this.due <= LATE) return this.#fire()
    // The process was busy. Timers run before sockets are read: what has arrived is read first, since it may be what the
    // timer waits for.
    this.#immediate = setImmediate(() => this.#fire())
  }

  cancel(): void {
    if (this.#immediate) clearImmediate(this.#immediate)
    this.#immediate = null
  }

  #fire(): void {
    this.#immediate = null
    this.#events.onTimer(this.#name, this.#epoch)
  }
}
