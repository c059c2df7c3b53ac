import type { WireFrame } from '@qqkit/core'
import type { Linked } from '@qqkit/core/internal'

/** Why an event was given up: it took too long, or too many are open. */
export type AbandonReason = 'deadline' | 'overflow'

/** Where an event is on its way from its arrival to its end (ADR 0015). */
export type Stage =
  /** Waits for those before it, and for the store where an earlier process may have died with it. */
  | { readonly kind: 'held'; readonly note: Note }
  /** A process died with it: handed out alone, when it is its turn. */
  | { readonly kind: 'suspected'; readonly note: Note }
  /** In the hands of a consumer since this moment, in monotonic ms. */
  | { readonly kind: 'handed_out'; readonly since: number }
  | { readonly kind: 'finished' }
  | { readonly kind: 'given_up'; readonly reason: AbandonReason }
  | { readonly kind: 'quarantined' }

/** Whether the store has to know first that an event is about to be handed out. */
export type Note =
  | 'needless'
  /** It is to know, and is not asked yet. */
  | 'due'
  /** It knows when it has stored this revision; asked at this moment, in monotonic ms. */
  | { readonly revision: number; readonly askedAt: number }

/** One event, from its arrival to its end. */
export interface TrackedEvent extends Linked<TrackedEvent> {
  readonly frame: WireFrame
  /** The session it came in; it is checkpointed only there. `null` before there is one. */
  readonly sessionId: string | null
  /** `null` for a frame without `s`: handed out, and not checkpointed. */
  seq: number | null
  /** Whether an earlier process may have handled it already. */
  readonly replayed: boolean
  /** How many process lives in a row ended without a goodbye while it was in flight. */
  readonly lives: number
  /** Monotonic ms when it came. */
  readonly cameAt: number
  /** Counts arrivals. */
  readonly order: number
  stage: Stage
  /** Seqs of further copies, which end with this one. */
  copies: { readonly sessionId: string; readonly seq: number }[] | null
}

/** What is kept of an event for listeners that choose or look on. */
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

/** What gives way when too many events are open. `'none'` lets them grow beyond the bound. */
export type OverflowChoice = 'oldest' | 'newest' | 'none'

/** Why an event that came is not handed out: it is done, it is in flight, or it is a copy of another one. */
export type SkipReason = 'done' | 'in_flight' | 'copy'
