import { isPlausible, progress } from '../machine/progress.js'
import { SeqRanges, type SeqRange } from './seq-ranges.js'

/** In place of a seq: none has come. */
const NONE = -1

/** A resume whose RESUMED has not come yet. */
export interface Resume {
  /** The seq after which everything is to be replayed. */
  readonly from: number
  /** Monotonic ms since when events may be missing. */
  readonly since: number
  /** How many numbers may be missing although nothing is lost. */
  readonly unheard: number
}

/** Up to which seq holes were judged, and how many numbers were missing up to there. */
interface Judged {
  readonly through: number
  readonly missing: number
}

const NOTHING_JUDGED: Judged = Object.freeze({ through: NONE, missing: 0 })

/** How far the numbers of a session have come, which of them were seen, and which holes a replay left. */
export class SessionProgress {
  /** How far the numbers have come. */
  #received = NONE
  /** The last number, where it is far above. */
  #jump = NONE
  /** Highest seq in `#seen`. */
  #top = NONE
  /** Highest seq that an earlier process knew: by number, since no ids are kept. */
  #restored = NONE
  /** Seqs that came, or that an earlier process had finished. */
  readonly #seen = new SeqRanges()
  #resume: Resume | null = null
  #judged = NOTHING_JUDGED

  /** The highest number received; `null` before any. */
  get received(): number | null {
    return this.#received === NONE ? null : this.#received
  }

  get resume(): Resume | null {
    return this.#resume
  }

  /** No seq above this one may be committed: a resume asks for everything after its hole. -1 before any number. */
  get committable(): number {
    return this.#resume ? Math.min(this.#received, this.#complete(this.#resume.from)) : this.#received
  }

  /** What was seen, as ascending ranges. */
  get ranges(): readonly SeqRange[] {
    return this.#seen.toArray()
  }

  has(seq: number): boolean {
    return this.#seen.has(seq)
  }

  /** Whether a seq lies below one that was seen. */
  isBelowTop(seq: number): boolean {
    return seq <= this.#top
  }

  /** Whether an earlier process may have known this seq. */
  isRestored(seq: number): boolean {
    return seq <= this.#restored
  }

  /** Whether a seq goes beyond the highest one. */
  isAhead(seq: number): boolean {
    return seq > this.#received
  }

  /** Follows a number that came; `false`: it cannot belong to the session, and counts as absent. */
  advance(seq: number): boolean {
    if (seq === this.#received + 1 && this.#jump === NONE) {
      this.#received = seq
      return true
    }
    const { received } = this
    if (!isPlausible(received, seq)) return false
    const jump = this.#jump
    this.#received = progress(received, jump === NONE ? null : jump, seq)
    this.#jump = seq > this.#received ? seq : NONE
    // The numbers continue far below the jump: it was on the wrong event, and the right one is still to come.
    if (seq < jump && this.#resume === null) this.#seen.remove(jump)
    return true
  }

  /** Adds a number to those seen. */
  see(seq: number): void {
    this.#seen.add(seq)
    // A replay may come in any order, and numbers that it still owes must not count as seen.
    if (this.#resume === null && this.#seen.isTooMany) this.#seen.bound(this.#received)
    if (seq > this.#top) this.#top = seq
  }

  /** Continues from a checkpoint, as if a resume from it had been sent. */
  restore(
    committed: number,
    doneAbove: readonly SeqRange[],
    inFlight: readonly (readonly [seq: number, crashes: number])[],
    since: number,
  ): void {
    this.#received = committed
    this.#seen.addRange([0, committed])
    for (const range of doneAbove) this.#seen.addRange(range)
    this.#top = doneAbove.at(-1)?.[1] ?? committed
    this.#restored = Math.max(this.#top, inFlight.at(-1)?.[0] ?? committed)
    // A process that died may have been sent a RESUMED, whose number does not come again.
    this.#resume = { from: committed, since, unheard: Math.max(0, ...inFlight.map(([, crashes]) => crashes)) }
  }

  /** A Resume is about to be sent; returns the seq to resume from. */
  resuming(seq: number, since: number): number {
    if (this.#resume) return this.#complete(this.#resume.from)
    this.#resume = { from: seq, since, unheard: 0 }
    // If the jump is real, the replay brings it again.
    if (this.#jump > this.#received) this.#seen.remove(this.#jump)
    return seq
  }

  /** The replay is over; returns how many numbers it left out. */
  resumed(): number {
    const resume = this.#resume
    this.#resume = null
    // RESUMED tells how far the session has come, and the numbers below it may have come in any order.
    if (this.#received !== NONE) this.#received = this.#complete(Math.max(this.#received, this.#jump))
    this.#jump = NONE
    return resume ? this.#leftOut(resume) : 0
  }

  clear(): void {
    this.#received = NONE
    this.#jump = NONE
    this.#judged = NOTHING_JUDGED
    this.#top = NONE
    this.#restored = NONE
    this.#seen.clear()
    this.#resume = null
  }

  #leftOut({ from, unheard }: Resume): number {
    const through = this.#received
    const { through: judged, missing } = this.#judged
    // The live stream may skip numbers without a loss. Where it did, a hole in a replay is no loss either.
    if (this.#seen.missing(0, from) > missing) return 0
    const count = this.#seen.missing(Math.max(from, judged), through)
    if (count > 0) this.#judged = { through, missing: this.#seen.missing(0, through) }
    return count > unheard ? count : 0
  }

  /** The last seq of the range without holes that begins with this one. */
  #complete(from: number): number {
    return this.#seen.endOf(from) ?? from
  }
}
