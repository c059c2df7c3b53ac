import { freeze } from './policy.js'

/** What the policy remembers from one loss to the next. Plain JSON, never mutated; keep one per connection. */
export interface History {
  /** Attempts consumed on the ladder. */
  readonly attempts: number
  /** Attempts consumed on the access ladder. */
  readonly accessAttempts: number
  /** Quick disconnects in a row. */
  readonly quick: number
  /** Refused sessions since the last stable connection. */
  readonly invalid: number
  /** Losses since the last ready connection, for the causes whose rule has a `stopAfter`. */
  readonly strikes: Readonly<Record<string, number>>
  /** Fruitless RESUMEs after which the session is dropped; `null`: as many as the policy says. */
  readonly resumesLeft: number | null
  /** The earliest time of the next connect, on the caller's clock; never goes back. `null` before the first loss. */
  readonly nextConnectAt: number | null
}

/** Where everyone begins: connect at once. */
export const initialHistory: History = freeze({
  attempts: 0,
  accessAttempts: 0,
  quick: 0,
  invalid: 0,
  strikes: {},
  resumesLeft: null,
  nextConnectAt: null,
})

/**
 * Token and address were found: the access ladder starts over. `decide` infers it from any loss of a later stage, so
 * call it only to see it in a status at once.
 */
export const accessSucceeded = (history: History): History => ({ ...history, accessAttempts: 0 })

/**
 * The connection became ready: strikes and fruitless RESUMEs are forgotten; attempts, refused sessions and the quick
 * counter are not, since a server can refuse the session again and again just after that. `decide` infers it from the
 * stage of the loss.
 */
export const ready = (history: History): History => ({
  ...history,
  strikes: {},
  resumesLeft: null,
})

/**
 * The connection has been ready for `stableAfter`: attempts and refused sessions start over. `decide` infers it from `readyFor`; call it when
 * a stability timer fires to see it in a status at once.
 */
export const stable = (history: History): History => ({ ...ready(history), attempts: 0, invalid: 0 })
