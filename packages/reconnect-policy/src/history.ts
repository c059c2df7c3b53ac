import { freeze } from './policy.js'

/** What the policy remembers between disconnects. Plain JSON, never mutated; keep one per connection. */
export interface History {
  /** Attempts consumed on the ladder. */
  readonly attempts: number
  /** Attempts consumed on the HTTP ladder. */
  readonly httpAttempts: number
  /** Quick disconnects in a row. */
  readonly quick: number
  /** Refused sessions since the last stable connection. */
  readonly refusals: number
  /** Disconnects since the last ready connection by cause, for causes whose rule has a `stopAfter`. */
  readonly counts: Readonly<Record<string, number>>
  /** Fruitless RESUMEs until the session is dropped; `null`: as many as the policy allows. */
  readonly resumesLeft: number | null
  /** The earliest time of the next connect, on the caller's clock; never decreases. `null` before the first disconnect. */
  readonly nextConnectAt: number | null
}

/** The history before the first disconnect. */
export const initialHistory: History = freeze({
  attempts: 0,
  httpAttempts: 0,
  quick: 0,
  refusals: 0,
  counts: {},
  resumesLeft: null,
  nextConnectAt: null,
})

/**
 * Resets the HTTP ladder, once token and address are known. `decide` infers this from any later stage; call it only to
 * show the reset in a status at once.
 */
export const httpSucceeded = (history: History): History => ({ ...history, httpAttempts: 0 })

/**
 * Resets the counts of causes and fruitless RESUMEs, once the connection is ready. Attempts, refused sessions and the quick counter
 * stay, since a server can refuse the session again and again right after READY. `decide` infers this from the stage.
 */
export const ready = (history: History): History => ({
  ...history,
  counts: initialHistory.counts,
  resumesLeft: null,
})

/**
 * Resets attempts and refused sessions as well, once the connection has been ready for `stableAfter`. `decide` infers this
 * from `readyFor`; call it when a stability timer fires to show the reset in a status at once.
 */
export const stable = (history: History): History => ({ ...ready(history), attempts: 0, refusals: 0 })
