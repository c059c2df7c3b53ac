import type { SessionProgress } from './session-progress.js'
import type { TrackedEvent, Unfinished } from './tracked-event.js'

/** Whether this event may be what ends the process. */
const isAtRisk = ({ stage, writeAhead }: TrackedEvent): boolean =>
  stage === 'handed_out' || typeof writeAhead === 'object'

/**
 * The unfinished seqs of a session: events of this process, and numbers that an earlier process left unfinished. Events are
 * in a list in the order of their seqs, in which nearly all come and go at the ends: a `Map` makes a new table again and
 * again when one event after the other is added and deleted.
 */
export class InFlight {
  #lowest: Unfinished | null = null
  #highest: Unfinished | null = null
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
    return this.#find(seq)?.seq === seq
  }

  /** Adds a seq that is not in the list. */
  add(entry: Unfinished): void {
    const lower = this.#find(entry.seq as number)
    const higher = lower ? lower.higher : this.#lowest
    entry.lower = lower
    entry.higher = higher
    if (lower) lower.higher = entry
    else this.#lowest = entry
    if (higher) higher.lower = entry
    else this.#highest = entry
  }

  /** Removes a seq, if it is in the list. */
  delete(entry: Unfinished): void {
    const { lower, higher } = entry
    if (lower === null && entry !== this.#lowest) return
    if (lower) lower.higher = higher
    else this.#lowest = higher
    if (higher) higher.lower = lower
    else this.#highest = lower
    entry.lower = null
    entry.higher = null
  }

  /** Takes a number away from an event that carried it by mistake. */
  disown(seq: number): void {
    const entry = this.#find(seq)
    if (entry?.seq !== seq) return
    this.delete(entry)
    const { event } = entry
    if (event === null) (entry as TrackedEvent).seq = null
    else event.copies = event.copies?.filter((copy) => copy !== entry) ?? null
  }

  /** Every seq up to this one is finished; -1 when none is. */
  committed(progress: SessionProgress): number {
    let committed = Math.min(progress.committable, (this.#lowest?.seq ?? Infinity) - 1)
    if (this.replaying && this.#inherited)
      for (const seq of this.#inherited.keys()) committed = Math.min(committed, seq - 1)
    return committed
  }

  /** Every unfinished seq, ascending, with the crashes that it would have after one from now on. */
  toArray(isGoodbye: boolean): readonly (readonly [seq: number, crashes: number])[] {
    const all: [number, number][] = this.replaying ? [...(this.#inherited ?? [])] : []
    this.#forEach((event, seq) => all.push([seq, event.crashes + Number(!isGoodbye && isAtRisk(event))]))
    return all.sort(([one], [other]) => one - other)
  }

  /** Monotonic ms of the first event that is missing should the session be lost. */
  missingSince(inTouch: number): number {
    let since = Math.min(inTouch, this.inheritedSince)
    this.#forEach(({ cameAt }) => (since = Math.min(since, cameAt)))
    return since
  }

  clear(): void {
    for (let entry = this.#lowest; entry; entry = this.#lowest) this.delete(entry)
    this.#inherited = null
    this.inheritedSince = Infinity
    this.replaying = false
  }

  /** The highest seq up to this one. */
  #find(seq: number): Unfinished | null {
    let entry = this.#highest
    // Replays may come in descending order.
    if (this.#lowest && (this.#lowest.seq as number) > seq) return null
    while (entry && (entry.seq as number) > seq) entry = entry.lower
    return entry
  }

  #forEach(visit: (event: TrackedEvent, seq: number) => void): void {
    for (let entry = this.#lowest; entry; entry = entry.higher)
      visit(entry.event ?? (entry as TrackedEvent), entry.seq as number)
  }
}
