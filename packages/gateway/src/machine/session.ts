import { isPlausible, progress, reach } from './progress.js'

/** A session in the machine: the fields for a Resume, and when the server last proved that nothing was missing. */
export interface Session {
  readonly id: string
  /** The highest certain sequence number; `null` before any. Send and report {@link reached} instead. */
  readonly seq: number | null
  /** The last number, if it skipped others: the next one shows whether it belongs to the session. */
  readonly jump: number | null
  /** Monotonic ms when READY came, in this process or an earlier one. */
  readonly startedAt: number
  /**
   * Monotonic ms when an event or an ACK last proved that nothing was missing. If the session is lost, events since then
   * may be lost too.
   */
  readonly heardAt: number
}

/** Advances the session by an event. A sequence number that is not an integer ≥ 0 counts as absent (§3.2). */
export const advance = (session: Session, next: unknown, now: number): Session => {
  let { seq, jump } = session
  if (seq !== null && jump === null && next === seq + 1) seq = next
  else if (isSeq(next) && isPlausible(seq, next)) {
    seq = progress(seq, jump, next)
    jump = next > seq ? next : null
  }
  // No spread: it costs several times as much, and this runs for every event.
  return { id: session.id, seq, jump, startedAt: session.startedAt, heardAt: now }
}

/** The number for heartbeats and Resume; `null` before any. */
export const reached = ({ seq, jump }: Session): number | null => reach(seq, jump)

/** Whether a value can be the `s` of a frame. */
export const isSeq = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0
