import type { SessionProgress } from './session-progress.js'
import { isAtRisk, type TrackedEvent } from './tracked-event.js'

/** Shared, and never written to: most shards are idle, and a map of its own is a good part of an idle shard's memory. */
const NO_EVENTS: Map<number, TrackedEvent> = new Map()

/** The unfinished seqs of a session: events of this process, and numbers that an earlier process left unfinished. */
export class InFlight {
  /** By seq of the present session; copies under seqs of their own. */
  #events = NO_EVENTS
  /** In flight when an earlier process ended, with its crashes; until the event comes. */
  #inherited: Map<number, number> | null = null
  /** Monotonic ms since when inherited events may be missing. */
  inheritedSince: number = Infinity
  /** Whether the replay may still bring what was inherited. */
  replaying = false

  /** How many inherited numbers the replay still owes. */
  get owed(): number {
    return this.replaying ? (this.#inherited?.size ?? 0) : 0
  }

  get hasInherited(): boolean {
    return this.#inherited !== null
  }

  restore(inFlight: readonly (readonly [seq: number, crashes: number])[], since: number): void {
    this.#inherited = inFlight.length > 0 ? new Map(inFlight) : null
    this.inheritedSince = inFlight.length > 0 ? since : Infinity
    this.replaying = true
  }

  /** The crashes of a number that was inherited. */
  crashesOf(seq: number): number | undefined {
    return this.#inherited?.get(seq)
  }

  /** A number came: it is inherited no more. */
  arrive(seq: number): void {
    if (this.#inherited?.delete(seq) && this.#inherited.size === 0) this.#inherited = null
  }

  /** The replay is over; returns whether there was one. */
  endReplay(): boolean {
    if (!this.replaying) return false
    this.replaying = false
    this.inheritedSince = Infinity
    return true
  }

  has(seq: number): boolean {
    return this.#events.has(seq)
  }

  add(seq: number, event: TrackedEvent): void {
    if (this.#events === NO_EVENTS) this.#events = new Map()
    this.#events.set(seq, event)
  }

  delete(seq: number): void {
    this.#events.delete(seq)
  }

  /** Takes a number away from an event that carried it by mistake. */
  disown(seq: number, sessionId: string | null): void {
    const event = this.#events.get(seq)
    if (event === undefined) return
    if (event.seq === seq && event.sessionId === sessionId) event.seq = null
    else
      event.copies = event.copies?.filter((copy) => copy.seq !== seq || copy.sessionId !== sessionId) ?? null
  }

  /** Every seq up to this one is finished; -1 when none is. */
  committed(progress: SessionProgress): number {
    let committed = progress.committable
    for (const seq of this.#events.keys()) committed = Math.min(committed, seq - 1)
    if (this.replaying && this.#inherited)
      for (const seq of this.#inherited.keys()) committed = Math.min(committed, seq - 1)
    return committed
  }

  /** Every unfinished seq, ascending, with the crashes that it would have after one from now on. */
  toArray(isGoodbye: boolean): readonly (readonly [seq: number, crashes: number])[] {
    const all: [number, number][] = this.replaying ? [...(this.#inherited ?? [])] : []
    for (const [seq, { crashes, stage }] of this.#events)
      all.push([seq, !isGoodbye && isAtRisk(stage) ? crashes + 1 : crashes])
    return all.sort(([one], [other]) => one - other)
  }

  /** Monotonic ms of the first event that is missing should the session be lost. */
  missingSince(inTouch: number): number {
    let since = Math.min(inTouch, this.inheritedSince)
    for (const { cameAt } of this.#events.values()) since = Math.min(since, cameAt)
    return since
  }

  clear(): void {
    this.#events = NO_EVENTS
    this.#inherited = null
    this.inheritedSince = Infinity
    this.replaying = false
  }
}
