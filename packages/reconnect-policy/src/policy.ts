/** Freezes plain data all the way down, so that a policy can be shared without fear. */
export const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze)
  return value
}

/** The longest wait that a policy or a caller may ask for: one day, in ms. */
export const MAX_DELAY = 86_400_000
/** The most ms by which a wait is lengthened, … */
export const MAX_JITTER = 60_000
/** … and one that the other side told. */
export const TOLD_JITTER = 1_000

/** The entry of a table under a key that may come from outside; never one that the table inherits. */
export const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined

/** What one kind of loss means. Rules are data: they live in the policy, keyed by the cause that the caller names. */
export interface Rule {
  /** Whether the session outlives a loss on a connection on which something had been said. */
  readonly session: 'keep' | 'drop'
  /** Whether the caller must fetch a new access token before it connects again. */
  readonly token: 'keep' | 'refresh'
  /** Where the wait comes from; a number is milliseconds. Only `'ladder'` and repeated `'invalid_session'` consume attempts. */
  readonly delay: 'ladder' | 'rate_limited' | 'invalid_session' | number
  /** Never connect again. */
  readonly fatal: boolean
  /** Give up at the n-th loss of this kind without becoming ready in between; `null`: never. */
  readonly stopAfter: number | null
  /** Fruitless RESUMEs that the session survives after this loss, instead of `Policy.resumeTries`; `null`: as the policy says. */
  readonly resumeTries: number | null
}

/** What holds for a cause without a row of its own. */
export const unknownRule: Rule = freeze({
  session: 'keep',
  token: 'keep',
  delay: 'ladder',
  fatal: false,
  stopAfter: null,
  resumeTries: null,
})

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
