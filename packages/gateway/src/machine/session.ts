import { isPlausible, progress } from './progress.js'

/** A session in the machine: the fields for a Resume, and when the server last proved that nothing was missing. */
export interface Session {
  readonly id: string
  /** How far its numbers have come; `null` before any. */
  readonly seq: number | null
  /** The last number, where it is far above: the next one shows whether the session has come as far. */
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

/** Whether a value can be the `s` of a frame. */
export const isSeq = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0
