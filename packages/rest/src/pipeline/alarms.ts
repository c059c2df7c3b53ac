import type { CancelTimer, Clock } from '@qqkit/core'
import { IndexedSet, type Indexed } from '@qqkit/core/internal'

/** Something to be done at a time, unless it is taken off before. */
export interface Alarm extends Indexed {
  readonly due: number
  ring(): void
}

/**
 * Many deadlines behind one timer. Nearly all calls end long before theirs, so setting and clearing a timer for each would
 * cost more than anything else about them.
 */
export class Alarms {
  readonly #clock: Clock
  readonly #alarms = new IndexedSet<Alarm>()
  #armedAt = Infinity
  #cancel: CancelTimer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Rings after `ms`, unless the alarm is taken off. */
  set(ms: number, ring: () => void): Alarm {
    const alarm: Alarm = { due: this.#clock.now() + ms, ring, index: -1 }
    this.add(alarm)
    return alarm
  }

  /** Rings when it is due on the clock, unless it is taken off. */
  add(alarm: Alarm): void {
    this.#alarms.add(alarm)
    if (alarm.due < this.#armedAt) this.#arm(alarm.due)
  }

  /** Takes an alarm off; does nothing when it has rung. */
  off(alarm: Alarm): void {
    if (!this.#alarms.delete(alarm) || this.#alarms.size > 0) return
    this.#cancel?.()
    this.#armedAt = Infinity
  }

  #arm(due: number): void {
    this.#cancel?.()
    this.#armedAt = due
    this.#cancel = this.#clock.setTimer(Math.max(0, due - this.#clock.now()), () => this.#ring())
  }

  #ring(): void {
    this.#armedAt = Infinity
    const now = this.#clock.now()
    const due = this.#alarms
      .all()
      .filter((alarm) => alarm.due <= now)
      .sort((a, b) => a.due - b.due)
    for (const alarm of due) if (this.#alarms.delete(alarm)) alarm.ring()
    let next = Infinity
    for (const alarm of this.#alarms.all()) next = Math.min(next, alarm.due)
    if (next < this.#armedAt) this.#arm(next)
  }
}
