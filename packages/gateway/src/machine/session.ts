/** A session as the machine knows it: what a Resume needs, and since when it is out of touch. */
export interface Session {
  readonly id: string
  /** Highest `s` seen; `null` before any. */
  readonly seq: number | null
  /** Monotonic ms when READY came, in this process or an earlier one. */
  readonly startedAt: number
  /**
   * Monotonic ms when the server last proved, by an event or an ACK, that nothing was missing. Should the session be
   * lost, events since then may be.
   */
  readonly heardAt: number
}

/** Takes note of an event and its sequence number. Anything that is no whole number ≥ 0 is not one (§3.2). */
export const advance = (session: Session, seq: unknown, now: number): Session => ({
  // Written out: a spread costs several times as much, and this is done for every event.
  id: session.id,
  seq: isSeq(seq) && (session.seq === null || seq > session.seq) ? seq : session.seq,
  startedAt: session.startedAt,
  heardAt: now,
})

/** Whether a value can be the `s` of a frame. */
export const isSeq = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0
