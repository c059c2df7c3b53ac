import { LinkedQueue } from '@qqkit/core/internal'

import type { TrackedEvent } from './tracked-event.js'

/** ms after which a suspect that has not ended the process no longer holds up the next suspect. */
const ALONE = 10_000

/** Events that were being handled when a process died: one at a time is dispatched (ADR 0007). */
export class CrashSuspects {
  readonly #waiting = new LinkedQueue<TrackedEvent>()
  /** The suspect that has its turn, and until when (`Infinity` before dispatch); given up, it may still do harm. */
  #turn: { readonly event: TrackedEvent; readonly until: number } | null = null

  /** How many wait for their turn. */
  get length(): number {
    return this.#waiting.length
  }

  get first(): TrackedEvent | null {
    return this.#waiting.first
  }

  /** Monotonic ms until when the next suspect waits for the one before; `null`: for none. */
  get turnUntil(): number | null {
    return this.#turn && this.#turn.until
  }

  /** Takes the turn for a suspect, or puts it in line; returns whether it has the turn. */
  admit(event: TrackedEvent): boolean {
    if (this.#turn || this.#waiting.length > 0) {
      this.#waiting.push(event)
      return false
    }
    this.#turn = { event, until: Infinity }
    return true
  }

  /** Whether an event is a suspect that waits for its turn. */
  isWaiting(event: TrackedEvent): boolean {
    return event.crashes > 0 && this.#turn?.event !== event
  }

  /** The suspect that may have its turn now. */
  next(now: number): TrackedEvent | null {
    if (this.#waiting.first === null) return null
    if (this.#turn && now < this.#turn.until) return null
    this.#turn = null
    return this.#waiting.first
  }

  remove(event: TrackedEvent): void {
    this.#waiting.remove(event)
  }

  /** A suspect is dispatched: from now on it may end the process. */
  markAttempt(event: TrackedEvent, now: number): void {
    this.#turn = { event, until: now + ALONE }
  }

  /** A suspect has ended; one that was only given up may still be running, and keeps its turn. */
  end(event: TrackedEvent, isFinished: boolean): void {
    if (this.#turn?.event === event && (isFinished || this.#turn.until === Infinity)) this.#turn = null
  }

  /** A dispatched event was returned unread; returns whether it waits for its turn. */
  requeue(event: TrackedEvent): boolean {
    if (this.#turn?.event === event) this.#turn = { event, until: Infinity }
    if (!this.isWaiting(event)) return false
    this.#waiting.push(event)
    return true
  }

  /** Continues the turn of a suspect that a consumer still has from an earlier run. */
  takeOver(before: CrashSuspects): void {
    if (before.#turn?.event.stage === 'handed_out') this.#turn = before.#turn
  }

  /** Monotonic ms of the first arrival among those that wait. */
  earliest(): number {
    let at = Infinity
    for (let event = this.#waiting.first; event; event = event.next) at = Math.min(at, event.cameAt)
    return at
  }
}
