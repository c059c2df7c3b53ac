import type { Rule } from './rule.js'

/** Everything that decides about reconnecting, as plain JSON. All times in milliseconds. Make one with `definePolicy`. */
export interface Policy {
  /** Waits before the 1st, 2nd, … reconnect of a connection; the last one repeats. */
  readonly ladder: readonly number[]
  /** The same for what comes before a connection: token and address lookups. They have a counter of their own. */
  readonly accessLadder: readonly number[]
  /** The wait when the other side says that we are too fast. Consumes no attempt. */
  readonly rateLimited: number
  /** The least wait after a refused session. The first one since ready consumes no attempt; repeats take the ladder if that is longer, and past its end this times their number. */
  readonly invalidSession: number
  /** `count` connections in a row that each lived less than `within` after the socket opened wait `delay`. Consumes no attempt. */
  readonly quick: { readonly count: number; readonly within: number; readonly delay: number }
  /** Attempts start over only after a connection has been ready for this long. */
  readonly stableAfter: number
  /** Every wait is lengthened by up to this share of itself, and by at most a minute; 0 makes waits exact. */
  readonly jitter: number
  /** Attempts on one ladder after which to stop; `null`: never give up. */
  readonly maxAttempts: number | null
  /** RESUMEs in a row, each lost without one replayed frame, after which the session is dropped. */
  readonly resumeTries: number
  /** What each cause means. A cause without a row resumes on the ladder and is marked unknown. */
  readonly rules: Readonly<Record<string, Rule>>
}

/** What may be given to `definePolicy`: any part of a {@link Policy}, and of each row. */
export interface PolicyOptions extends Partial<Omit<Policy, 'quick' | 'rules'>> {
  readonly quick?: Partial<Policy['quick']>
  readonly rules?: Readonly<Record<string, Partial<Rule>>>
}
