import type { Disconnect } from './disconnect.js'

/** Facts that every decision has. */
interface DecisionFacts {
  /** The cause of the disconnect, as text. */
  readonly cause: string
  readonly stage: Disconnect['stage']
  /** Whether the policy has a rule for the cause. */
  readonly known: boolean
  /** Attempts consumed on the ladder that applies, including this disconnect. */
  readonly attempt: number
  /** What happens to the session; `'none'`: there was no session. */
  readonly session: 'none' | 'kept' | 'dropped'
  /** Why the session was dropped: by its rule, or after too many fruitless RESUMEs. */
  readonly dropped: 'rule' | 'fruitless' | null
}

/** Connect again, not before {@link connectAt}. */
export interface Retry extends DecisionFacts {
  /** `'resume'` if the caller holds a session and keeps it, else `'identify'`. */
  readonly action: 'resume' | 'identify'
  /** The wait chosen for this disconnect, with jitter, in ms. */
  readonly delay: number
  /** When to connect, on the caller's clock. Never earlier than an earlier decision said. */
  readonly connectAt: number
  /** The time from the disconnect to {@link connectAt} in ms: the duration of the timer to set. */
  readonly wait: number
  /** Where {@link delay} comes from. */
  readonly why: 'ladder' | 'rate_limited' | 'session_refused' | 'fixed_delay' | 'quick_disconnects'
  /** Whether this disconnect consumed an attempt. */
  readonly counted: boolean
  /** Whether to fetch a new access token before connecting. */
  readonly token: 'keep' | 'refresh'
}

/** Do not connect again. A session that is kept can be resumed after a restart. */
export interface Stop extends DecisionFacts {
  readonly action: 'stop'
  /** The rule is fatal, the cause occurred too often without a ready connection in between, or no attempts are left. */
  readonly reason: 'fatal' | 'repeated' | 'attempts'
  /** How often this cause occurred since the connection was last ready; counted for rules with a `stopAfter`, else 1. */
  readonly count: number
}

/** What to do about a disconnect. Plain JSON. */
export type Decision = Retry | Stop
