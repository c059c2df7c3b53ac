/** Freezes plain data deeply, so that a policy can be shared safely. */
export const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze)
  return value
}

/** The longest wait that a policy or a caller may give: one day, in ms. */
export const MAX_DELAY = 86_400_000
/** The most jitter of a wait, in ms. */
export const MAX_JITTER = 60_000
/** The most jitter of a wait that the other side asked for, in ms. */
export const MAX_CALLER_JITTER = 1_000

/** The entry of a table, ignoring inherited properties: the key may come from outside. */
export const ownEntry = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined

/** What one cause of a disconnect means. Rules are data in the policy, keyed by cause. */
export interface Rule {
  /** Whether the session survives the disconnect. Only connections that sent IDENTIFY or RESUME can lose it. */
  readonly session: 'keep' | 'drop'
  /** Whether the caller must fetch a new access token before connecting. */
  readonly token: 'keep' | 'refresh'
  /** Where the wait comes from; a number is ms. Only `'ladder'` and a repeated `'session_refused'` consume attempts. */
  readonly delay: 'ladder' | 'rate_limited' | 'session_refused' | number
  /** Never connect again. */
  readonly fatal: boolean
  /** Stop at the n-th disconnect of this cause without a ready connection in between; `null`: never. */
  readonly stopAfter: number | null
  /** Fruitless RESUMEs after this disconnect until the session is dropped; `null`: `Policy.resumeTries`. */
  readonly resumeTries: number | null
}

/** The rule of a cause that the policy does not list. */
export const unknownRule: Rule = freeze({
  session: 'keep',
  token: 'keep',
  delay: 'ladder',
  fatal: false,
  stopAfter: null,
  resumeTries: null,
})

/** All settings of reconnecting as plain JSON, with times in milliseconds. Make one with `definePolicy`. */
export interface Policy {
  /** Waits before the 1st, 2nd, … reconnect; the last one repeats. */
  readonly ladder: readonly number[]
  /** Waits before retries of HTTP calls, such as token and address lookups, with a separate counter. */
  readonly httpLadder: readonly number[]
  /** The wait after a rate limit. Consumes no attempt. */
  readonly rateLimited: number
  /** The shortest wait after a refused session. The first since a stable connection consumes no attempt; repeats take the ladder if that is longer, and past its end this value times their number. */
  readonly sessionRefused: number
  /** After `count` connections in a row that each lived less than `within`, wait `delay`. Consumes no attempt. */
  readonly quick: { readonly count: number; readonly within: number; readonly delay: number }
  /** Attempts reset after a connection has been ready for this long. */
  readonly stableAfter: number
  /** Waits are lengthened by a random share of themselves up to this one, at most a minute; 0 makes waits exact. */
  readonly jitter: number
  /** Attempts on one ladder before `stop`; `null`: no limit. */
  readonly maxAttempts: number | null
  /** Fruitless RESUMEs in a row, i.e. without a replayed frame, after which the session is dropped. */
  readonly resumeTries: number
  /** The rule of each cause. A cause without a rule resumes on the ladder and is marked unknown. */
  readonly rules: Readonly<Record<string, Rule>>
}

/** Options of `definePolicy`: any part of a {@link Policy}, and of each rule. */
export interface PolicyOptions extends Partial<Omit<Policy, 'quick' | 'rules'>> {
  readonly quick?: Partial<Policy['quick']>
  readonly rules?: Readonly<Record<string, Partial<Rule>>>
}
