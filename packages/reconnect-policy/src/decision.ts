import type { Loss } from './loss.js'

interface Decided {
  /** The cause that the loss named, as text. */
  readonly cause: string
  readonly stage: Loss['stage']
  /** Whether the policy has a row for the cause. */
  readonly known: boolean
  /** Attempts consumed so far on the ladder concerned, this loss included. */
  readonly attempt: number
  /** `'none'`: there was nothing to keep. */
  readonly session: 'none' | 'kept' | 'dropped'
  /** Why the session was dropped: its rule says so, or too many RESUMEs brought nothing. */
  readonly dropped: 'rule' | 'fruitless' | null
}

/** Connect again, not before {@link connectAt}. */
export interface Retry extends Decided {
  /** `'resume'` only if the caller holds a session and keeps it; otherwise `'identify'`. */
  readonly action: 'resume' | 'identify'
  /** The wait chosen for this loss, jitter included, in ms. */
  readonly delay: number
  /** When to connect, on the caller's clock: an earlier, longer wait is never pulled in. */
  readonly connectAt: number
  /** The same as a time from the loss on, in ms: what to set a timer to. */
  readonly wait: number
  /** What the delay comes from. */
  readonly why: 'ladder' | 'rate_limited' | 'invalid_session' | 'fixed_delay' | 'quick_disconnects'
  /** Whether this loss consumed an attempt. */
  readonly counted: boolean
  readonly token: 'keep' | 'refresh'
}

/** Do not connect again. A session that is kept may be resumed by whoever starts anew. */
export interface Stop extends Decided {
  readonly action: 'stop'
  /** The rule is fatal, the cause came too often without ready in between, or no attempts are left. */
  readonly reason: 'fatal' | 'repeated' | 'attempts'
  /** How often this cause came since the connection was last ready, as far as its rule has it counted; at least 1. */
  readonly strikes: number
}

/** What to do about a loss. Plain JSON. */
export type Decision = Retry | Stop
