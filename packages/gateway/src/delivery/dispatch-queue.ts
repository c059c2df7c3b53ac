import { LinkedQueue } from '@qqkit/core/internal'

import { CrashSuspects } from './crash-suspects.js'
import type { WriteAhead, TrackedEvent } from './tracked-event.js'

/** ms that the store may take to record an event that is about to be dispatched. */
const WRITE_AHEAD_LIMIT = 5000
/** How many replayed events are recorded and dispatched at once: a crash makes suspects of all of them. */
const AT_ONCE = 50

/** Events that wait for dispatch: for those before them, for a turn as a suspect, or for the store. */
export class DispatchQueue {
  readonly #revise: () => number
  readonly #held = new LinkedQueue<TrackedEvent>()
  readonly #suspects = new CrashSuspects()
  /** How many of those held wait for a revision that was requested. */
  #asked = 0
  /** The store has everything up to this revision. */
  #stored = 0
  /** While the store does not work, no event waits for it. */
  #storeWorks = true

  /** @param revise counts a change that is worth storing, and returns its revision */
  constructor(revise: () => number) {
    this.#revise = revise
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
    if (writesAhead) event.writeAhead = 'due'
    // Other events overtake a suspect only while it waits for its turn.
    if (event.crashes > 0 && !this.#suspects.admit(event)) return
    if (writesAhead && this.#asked < AT_ONCE) this.#ask(event, now)
    this.#held.push(event)
  }

  /** A dispatched event was returned unread. */
  requeue(event: TrackedEvent): void {
    event.stage = event.crashes > 0 ? 'suspected' : 'held'
    if (!this.#suspects.requeue(event)) this.#held.push(event)
  }

  /** The store has everything up to a revision. */
  stored(revision: number): void {
    this.#stored = Math.max(this.#stored, revision)
    this.#storeWorks = true
  }

  /** The store does not work, until a write has succeeded. */
  storeFailed(): void {
    this.#storeWorks = false
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
    if (typeof event.writeAhead === 'object') this.#asked -= 1
    this.#held.remove(event)
  }

  /** Takes out an event that is dispatched now. */
  dispatch(event: TrackedEvent, now: number): void {
    this.remove(event)
    // The store learns of it with the next write, unless it was recorded before.
    if (event.seq !== null && event.writeAhead === 'needless') this.#revise()
    event.writeAhead = 'needless'
    event.stage = 'handed_out'
    event.since = now
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
      event.writeAhead = 'needless'
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
    if (event === null || event.writeAhead === 'needless' || !this.#storeWorks) return event
    if (typeof event.writeAhead === 'object') return event.writeAhead.revision <= this.#stored ? event : null
    this.#ask(event, now)
    // Together with the first of those held, as many as may go at once.
    if (!this.#suspects.isWaiting(event))
      for (let held = this.#held.first; held && this.#asked < AT_ONCE; held = held.next)
        if (held.writeAhead === 'due') this.#ask(held, now)
    return null
  }

  /** Requests that the store records an event with the next write. */
  #ask(event: TrackedEvent, now: number): void {
    event.writeAhead = { revision: this.#revise(), askedAt: now }
    if (!this.#suspects.isWaiting(event)) this.#asked += 1
  }

  #storeDueFor(event: TrackedEvent | null): number {
    const writeAhead: WriteAhead = event?.writeAhead ?? 'needless'
    if (!this.#storeWorks || typeof writeAhead === 'string' || writeAhead.revision <= this.#stored)
      return Infinity
    return writeAhead.askedAt + WRITE_AHEAD_LIMIT
  }
}
