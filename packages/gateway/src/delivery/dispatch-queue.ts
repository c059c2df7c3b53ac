import { LinkedQueue } from '@qqkit/core/internal'

import { CrashSuspects } from './crash-suspects.js'
import type { StoreRevisions } from './store-revisions.js'
import { writeAheadOf, type TrackedEvent, waitingStage } from './tracked-event.js'

/** How many replayed events are recorded and dispatched at once: a crash makes suspects of all of them. */
const AT_ONCE = 50

/** Events that wait for dispatch: for those before them, for a turn as a suspect, or for the store. */
export class DispatchQueue {
  readonly #revisions: StoreRevisions
  readonly #held = new LinkedQueue<TrackedEvent>()
  readonly #suspects = new CrashSuspects()
  /** How many of those held wait for a revision that was requested. */
  #asked = 0

  constructor(revisions: StoreRevisions) {
    this.#revisions = revisions
  }

  get length(): number {
    return this.#held.length + this.#suspects.length
  }

  /** The first one that is no suspect waiting for its turn. */
  get firstHeld(): TrackedEvent | null {
    return this.#held.first
  }

  get firstSuspect(): TrackedEvent | null {
    return this.#suspects.first
  }

  /** Monotonic ms until when the store is waited for; `Infinity` when nothing waits for it. */
  get storeDue(): number {
    return Math.min(this.#storeDueFor(this.#held.first), this.#storeDueFor(this.#suspects.first))
  }

  /** Monotonic ms when the next event may go although nothing happens; `Infinity`: never. */
  get wakeAt(): number {
    const at = this.#storeDueFor(this.#held.first)
    const suspect = this.#suspects.first
    if (suspect === null) return at
    return Math.min(at, this.#suspects.turnUntil ?? this.#storeDueFor(suspect))
  }

  /** Takes an event in; `writesAhead`: the store must record it before dispatch. */
  push(event: TrackedEvent, writesAhead: boolean, now: number): void {
    event.stage = waitingStage(event.crashes, writesAhead ? 'due' : 'needless')
    // Other events overtake a suspect only while it waits for its turn.
    if (event.crashes > 0 && !this.#suspects.admit(event)) return
    if (writesAhead && this.#asked < AT_ONCE) this.#ask(event, now)
    this.#held.push(event)
  }

  /** A dispatched event was returned unread. */
  requeue(event: TrackedEvent): void {
    event.stage = waitingStage(event.crashes)
    if (!this.#suspects.requeue(event)) this.#held.push(event)
  }

  /** The first arrival among those that may be dispatched now; it stays in the queue. */
  next(now: number): TrackedEvent | null {
    const held = this.#ifReady(this.#held.first, now)
    const suspect = this.#ifReady(this.#suspects.next(now), now)
    if (held === null || suspect === null) return held ?? suspect
    return suspect.order < held.order ? suspect : held
  }

  /** Takes an event out. */
  remove(event: TrackedEvent): void {
    if (this.#suspects.isWaiting(event)) return this.#suspects.remove(event)
    if (typeof writeAheadOf(event.stage) === 'object') this.#asked -= 1
    this.#held.remove(event)
  }

  /** Takes out an event that is dispatched now. */
  dispatch(event: TrackedEvent, now: number): void {
    this.remove(event)
    // The store learns of it with the next write, unless it was recorded before.
    if (event.seq !== null && writeAheadOf(event.stage) === 'needless') this.#revisions.current += 1
    event.stage = { kind: 'handed_out', since: now }
    if (event.crashes > 0) this.#suspects.markAttempt(event, now)
  }

  /** An event has ended, dispatched or not. */
  end(event: TrackedEvent, isFinished: boolean): void {
    this.#suspects.end(event, isFinished)
  }

  takeOver(before: DispatchQueue): void {
    this.#suspects.takeOver(before.#suspects)
  }

  /** The session is gone: no checkpoint lists these events, so none has to be recorded. */
  forgetWriteAheads(): void {
    this.forEach((event) => {
      event.stage = waitingStage(event.crashes)
    })
    this.#asked = 0
  }

  forEach(visit: (event: TrackedEvent) => void): void {
    for (let event = this.#held.first; event; event = event.next) visit(event)
    for (let event = this.#suspects.first; event; event = event.next) visit(event)
  }

  /** Monotonic ms of the first arrival among waiting suspects, which are lost should the process die before their turn. */
  suspectsSince(): number {
    return this.#suspects.earliest()
  }

  #ifReady(event: TrackedEvent | null, now: number): TrackedEvent | null {
    if (event === null) return null
    const writeAhead = writeAheadOf(event.stage)
    if (this.#revisions.isNeedless(writeAhead)) return event
    if (typeof writeAhead === 'string') {
      this.#ask(event, now)
      if (!this.#suspects.isWaiting(event)) this.#askMore(now)
      return null
    }
    return this.#revisions.has(writeAhead) ? event : null
  }

  /** Requests that the store records an event. */
  #ask(event: TrackedEvent, now: number): void {
    event.stage = waitingStage(event.crashes, this.#revisions.ask(now))
    if (!this.#suspects.isWaiting(event)) this.#asked += 1
  }

  /** Together with the first of those held, requests as many as may go at once. */
  #askMore(now: number): void {
    for (let event = this.#held.first; event && this.#asked < AT_ONCE; event = event.next) {
      if (writeAheadOf(event.stage) === 'due') this.#ask(event, now)
    }
  }

  #storeDueFor(event: TrackedEvent | null): number {
    return event === null ? Infinity : this.#revisions.waitsUntil(writeAheadOf(event.stage))
  }
}
