import type { WireFrame } from '@qqkit/core'
import type { Linked } from '@qqkit/core/internal'

/** Why an event was given up: it took too long, or too many are open. */
export type AbandonReason = 'deadline' | 'overflow'

/**
 * The stage of an event between its arrival and its end (ADR 0015): `held` or `suspected`, then `handed_out`, then one of
 * the three ends. An event that a consumer returns unread goes back from `handed_out` to where it waited.
 */
export type Stage =
  /** Waits for the events before it, and for the store where an earlier process may have died with it. */
  | 'held'
  /** A process died with it: dispatched alone, in its turn. */
  | 'suspected'
  | 'handed_out'
  | 'finished'
  | 'given_up'
  | 'quarantined'

/** Whether the store must record an event before it is dispatched. */
export type WriteAhead =
  | 'needless'
  /** The record is required, and not requested yet. */
  | 'due'
  /** Recorded once the store has this revision; requested at this moment, in monotonic ms. */
  | { readonly revision: number; readonly askedAt: number }

/** An unfinished seq of a session. */
export interface Unfinished {
  readonly sessionId: string | null
  readonly seq: number | null
  readonly event: TrackedEvent | null
  /** The unfinished seqs beside it, set by `InFlight`. */
  lower: Unfinished | null
  higher: Unfinished | null
}

/** One event, from its arrival to its end. It is an {@link Unfinished} of its own seq. */
export interface TrackedEvent extends Linked<TrackedEvent>, Unfinished {
  readonly frame: WireFrame
  /** The session it arrived in; only that session's checkpoint lists it. `null` before there is a session. */
  readonly sessionId: string | null
  /** `null` for a frame without `s`: dispatched, and in no checkpoint. */
  seq: number | null
  /** Itself, which is where an {@link Unfinished} of a copy names the event. */
  readonly event: null
  /** Whether an earlier process may have handled it already. */
  readonly replayed: boolean
  /** How many processes in a row died while it was in flight. */
  readonly crashes: number
  /** Monotonic ms of its arrival. */
  readonly cameAt: number
  /** Counts arrivals. */
  readonly order: number
  stage: Stage
  /** While it waits. */
  writeAhead: WriteAhead
  /** Monotonic ms since when a consumer has it. */
  since: number
  /** Its place in `RecentKeys`. */
  place: number
  /** Seqs of further copies, which end with this one. */
  copies: Unfinished[] | null
}

/** An unfinished event, for `whenFull` to choose from. */
export interface OpenDelivery {
  /** The event as it came. */
  readonly event: WireFrame
  /** The session it came in; `null` before there is one. */
  readonly sessionId: string | null
  /** `null` for a frame without `s`. */
  readonly seq: number | null
  /** Monotonic ms since when a consumer has it. */
  readonly since: number
  /** Whether an earlier process may have handled it already. */
  readonly replayed: boolean
}

/** Which event is given up when too many are open. `'none'`: the bound is exceeded instead. */
export type OverflowChoice = 'oldest' | 'newest' | 'none'

/** Why an event is not dispatched: it is finished, in flight, or a copy of another one. */
export type SkipReason = 'done' | 'in_flight' | 'copy'

export const viewOf = (event: TrackedEvent, now: number): OpenDelivery => ({
  event: event.frame,
  sessionId: event.sessionId,
  seq: event.seq,
  since: event.stage === 'handed_out' ? event.since : now,
  replayed: event.replayed,
})
