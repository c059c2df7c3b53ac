import { SeqOrder } from './seq-order.js'
import { SeqRanges } from '../delivery/seq-ranges.js'
import type { SessionCheckpoint } from '../delivery/session-checkpoint.js'

/** An event that was in flight in this many process lives in a row is not tried again. */
export const MOST_LIVES = 3

/**
 * What to do with an event: handle it, handle it with care because only one more life may end with it, or leave it
 * because it is done, in flight, or was fatal too often.
 */
export type Verdict = 'new' | 'last_chance' | 'done' | 'in_flight' | 'quarantined'

const NONE = -1

/**
 * Keeps account of one shard's session: which seqs came, which are finished, and up to where all are (GW-16,
 * GW-17). Knows no time, no store and no event.
 */
export class Ledger {
  #sessionId: string | null = null
  #received = NONE
  /** Lives so far, by seq. */
  readonly #unsettled = new Map<number, number>()
  readonly #order = new SeqOrder()
  /** Finished above `committed`. */
  readonly #done = new SeqRanges()
  /** In flight when an earlier process ended, and not seen again yet. */
  #unseen: Map<number, number> | null = null

  get sessionId(): string | null {
    return this.#sessionId
  }

  /** Highest seq seen, or `null`. */
  get received(): number | null {
    return this.#received === NONE ? null : this.#received
  }

  /** Every seq up to this one is finished; `null` when nothing came yet. */
  get committed(): number | null {
    return this.#received === NONE ? null : this.#committed()
  }

  /** How many are not finished. */
  get unsettled(): number {
    return this.#unsettled.size
  }

  /** A new session: everything about an older one is forgotten. */
  begin(sessionId: string): void {
    this.#forget()
    this.#sessionId = sessionId
  }

  /** Goes on with the session of an earlier process, from what it had committed. */
  restore(checkpoint: SessionCheckpoint): void {
    this.#forget()
    this.#sessionId = checkpoint.sessionId
    this.#received = checkpoint.committed
    for (const range of checkpoint.doneAbove) this.#done.addRange(range)
    if (checkpoint.inFlight.length > 0) this.#unseen = new Map(checkpoint.inFlight)
  }

  /** The replay is over: what an earlier process had in flight and did not come again will not come. */
  replayEnded(): void {
    this.#unseen = null
  }

  /** The session is gone. */
  drop(): void {
    this.#forget()
  }

  /**
   * Enters an event; after `'new'` and `'last_chance'` it counts as unfinished until it is settled. This life counts
   * against it from now on, or in its last one from {@link risk} on.
   */
  receive(seq: number): Verdict {
    // Known to be unfinished: that counts for more than a stretch of done ones, which may have swallowed the hole.
    const lives = this.#unseen?.get(seq) ?? 0
    if (seq > this.#received) {
      this.#received = seq
      if (lives === 0 && this.#done.has(seq)) return 'done'
    } else if (this.#unsettled.has(seq)) return 'in_flight'
    else if (lives === 0 && (this.#done.has(seq) || seq <= this.#committed())) return 'done'
    if (lives > 0) this.#see(seq)
    const isLast = lives === MOST_LIVES - 1
    this.#unsettled.set(seq, isLast ? lives : lives + 1)
    this.#order.add(seq)
    if (lives < MOST_LIVES) return isLast ? 'last_chance' : 'new'
    this.#finish(seq)
    return 'quarantined'
  }

  /** An event on its last chance is about to be handled: this life counts against it. */
  risk(sessionId: string, seq: number): void {
    if (sessionId === this.#sessionId && this.#unsettled.has(seq)) this.#unsettled.set(seq, MOST_LIVES)
  }

  /** Enters something that needs no handling: finished at once. */
  pass(seq: number): void {
    const verdict = this.receive(seq)
    if (verdict === 'new' || verdict === 'last_chance') this.#finish(seq)
  }

  /** Marks an event as finished; `false`, and without effect, for another session or a seq that is not in flight. */
  settle(sessionId: string, seq: number): boolean {
    if (sessionId !== this.#sessionId || !this.#unsettled.has(seq)) return false
    this.#finish(seq)
    return true
  }

  /** What to store; `null` when there is nothing that could be resumed. */
  checkpoint(): SessionCheckpoint | null {
    const committed = this.#committed()
    // A resume has to name a seq; before the first one is finished there is none.
    if (this.#sessionId === null || committed <= NONE) return null
    this.#done.dropThrough(committed)
    const inFlight = [...(this.#unseen ?? []), ...this.#unsettled].sort(([a], [b]) => a - b)
    return { sessionId: this.#sessionId, committed, doneAbove: this.#done.toArray(), inFlight }
  }

  #see(seq: number): void {
    this.#unseen?.delete(seq)
    if (this.#unseen?.size === 0) this.#unseen = null
  }

  #finish(seq: number): void {
    this.#unsettled.delete(seq)
    if (this.#unsettled.size > 0 || this.#unseen !== null) this.#done.add(seq)
    // Cheap where it matters: with nothing in flight both are empty.
    this.#done.dropThrough(this.#committed())
  }

  #committed(): number {
    if (this.#unseen !== null) return Math.min(this.#settled(), this.#firstUnseen(this.#unseen) - 1)
    return this.#settled()
  }

  /** Every seq that came in this life is finished up to here. */
  #settled(): number {
    if (this.#unsettled.size === 0) {
      this.#order.clear()
      return this.#received
    }
    return (this.#order.firstOf(this.#unsettled) as number) - 1
  }

  /** The replay may bring it after a later one: until it is over, none of them counts as finished. */
  #firstUnseen(unseen: ReadonlyMap<number, number>): number {
    // Ascending, as it was stored.
    for (const seq of unseen.keys()) return seq
    return Infinity
  }

  #forget(): void {
    this.#sessionId = null
    this.#received = NONE
    this.#unsettled.clear()
    this.#order.clear()
    this.#done.clear()
    this.#unseen = null
  }
}
