import { isPlausible, progress, reach } from './progress.js'

/** A session as the machine knows it: what a Resume needs, and since when it is out of touch. */
export interface Session {
  readonly id: string
  /** How far its numbers have come for sure; `null` before any. What to tell others is {@link reached}. */
  readonly seq: number | null
  /** The last number, where it left others out: the next one shows whether the session has come as far. */
  readonly jump: number | null
  /** Monotonic ms when READY came, in this process or an earlier one. */
  readonly startedAt: number
  /**
   * Monotonic ms when the server last proved, by an event or an ACK, that nothing was missing. Should the session be
   * lost, events since then may be.
   */
  readonly heardAt: number
}

/** Takes note of an event and its sequence number. Anything that is no whole number ≥ 0 is not one (§3.2). */
export const advance = (session: Session, next: unknown, now: number): Session => {
  let { seq, jump } = session
  if (seq !== null && jump === null && next === seq + 1) seq = next
  else if (isSeq(next) && isPlausible(seq, next)) {
    seq = progress(seq, jump, next)
    jump = next > seq ? next : null
  }
  // Written out: a spread costs several times as much, and this is done for every event.
  return { id: session.id, seq, jump, startedAt: session.startedAt, heardAt: now }
}

/** The number to beat with and to resume from; `null` before any. */
export const reached = ({ seq, jump }: Session): number | null => reach(seq, jump)

/** Whether a value can be the `s` of a frame. */
export const isSeq = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0
