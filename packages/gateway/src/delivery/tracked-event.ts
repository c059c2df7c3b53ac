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
  | { readonly kind: 'held'; readonly writeAhead: WriteAhead }
  /** A process died with it: dispatched alone, in its turn. */
  | { readonly kind: 'suspected'; readonly writeAhead: WriteAhead }
  /** A consumer has had it since this moment, in monotonic ms. */
  | { readonly kind: 'handed_out'; readonly since: number }
  | { readonly kind: 'finished' }
  | { readonly kind: 'given_up'; readonly reason: AbandonReason }
  | { readonly kind: 'quarantined' }

/** Whether the store must record an event before it is dispatched. */
export type WriteAhead =
  | 'needless'
  /** The record is required, and not requested yet. */
  | 'due'
  /** Recorded once the store has this revision; requested at this moment, in monotonic ms. */
  | { readonly revision: number; readonly askedAt: number }

/** One event, from its arrival to its end. */
export interface TrackedEvent extends Linked<TrackedEvent> {
  readonly frame: WireFrame
  /** The session it arrived in; only that session's checkpoint lists it. `null` before there is a session. */
  readonly sessionId: string | null
  /** `null` for a frame without `s`: dispatched, and in no checkpoint. */
  seq: number | null
  /** Whether an earlier process may have handled it already. */
  readonly replayed: boolean
  /** How many processes in a row died while it was in flight. */
  readonly crashes: number
  /** Monotonic ms of its arrival. */
  readonly cameAt: number
  /** Counts arrivals. */
  readonly order: number
  stage: Stage
  /** Seqs of further copies, which end with this one. */
  copies: { readonly sessionId: string; readonly seq: number }[] | null
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

export const FINISHED: Stage = Object.freeze({ kind: 'finished' })
export const QUARANTINED: Stage = Object.freeze({ kind: 'quarantined' })

const HELD: Stage = Object.freeze({ kind: 'held', writeAhead: 'needless' })
const SUSPECTED: Stage = Object.freeze({ kind: 'suspected', writeAhead: 'needless' })

/** The stage before dispatch of an event with so many crashes. */
export const waitingStage = (crashes: number, writeAhead: WriteAhead = 'needless'): Stage => {
  if (writeAhead === 'needless') return crashes > 0 ? SUSPECTED : HELD
  return crashes > 0 ? { kind: 'suspected', writeAhead } : { kind: 'held', writeAhead }
}

export const hasEnded = ({ kind }: Stage): boolean =>
  kind === 'finished' || kind === 'given_up' || kind === 'quarantined'

export const writeAheadOf = (stage: Stage): WriteAhead =>
  'writeAhead' in stage ? stage.writeAhead : 'needless'

export const sinceOf = (stage: Stage): number => (stage.kind === 'handed_out' ? stage.since : Infinity)

/** Whether this event may be what ends the process. */
export const isAtRisk = (stage: Stage): boolean =>
  stage.kind === 'handed_out' || typeof writeAheadOf(stage) === 'object'

/** Name and id of a frame, by which copies are recognised; `null` without an id. */
export const keyIn = ({ t, id }: WireFrame): string | null =>
  typeof id === 'string' && id !== '' ? `${t ?? ''}:${id}` : null

export const viewOf = (event: TrackedEvent, now: number): OpenDelivery => ({
  event: event.frame,
  sessionId: event.sessionId,
  seq: event.seq,
  since: Math.min(sinceOf(event.stage), now),
  replayed: event.replayed,
})
