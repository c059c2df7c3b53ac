/** An event that was handed out and is not settled yet. */
export interface OpenDelivery {
  /** The session it came in; a settlement counts only there. `null` before there is one. */
  readonly sessionId: string | null
  /** `null` for a frame without `s`: delivered, and not checkpointed. */
  readonly seq: number | null
  /** What copies of the same event share; `null` when nothing could be a copy of it. */
  readonly key: string | null
  /** Monotonic ms when it came. */
  readonly since: number
  /** Whether an earlier process may have handled it already. */
  readonly replayed: boolean
  /** It was in flight when two processes in a row ended: handled alone, so that no other is blamed for the third. */
  readonly lastChance: boolean
}

/** Why a delivery was given up: it took too long, or too many are open. */
export type AbandonReason = 'deadline' | 'overflow'

/** What gives way when too many deliveries are open. `'none'` lets them grow beyond the bound. */
export type OverflowChoice = 'oldest' | 'newest' | 'none'

/**
 * Why an event is not delivered: it is done, it is in flight, it is a copy of another one and shares its settlement, it
 * was in flight when three processes in a row died, or there was no room.
 */
export type SkipReason = 'done' | 'in_flight' | 'copy' | 'quarantined' | 'refused'
