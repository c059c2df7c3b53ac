import { definePolicy, type Policy, type PolicyOptions } from '@qqkit/reconnect-policy'

/** Retry options with defaults filled in. */
export interface ResolvedRetryOptions {
  /** Attempts of one call that the platform may have received, including the first. */
  readonly maxAttempts: number
  /** Longest `Retry-After` in ms that is waited for; a longer one ends the call. */
  readonly maxRetryAfter: number
  /** Chooses the waits: the `httpLadder` is used, and causes are the situations of the retry table. */
  readonly policy: Policy
}

/** Waits and limits of retries. */
export interface RetryOptions {
  /**
   * Attempts that the platform may have received; default 5. Attempts that were never sent are repeated until the
   * deadline.
   */
  readonly maxAttempts?: number
  /** Longest `Retry-After` in ms that is waited for, default 30 s; a longer one ends the call with an error that says when. */
  readonly maxRetryAfter?: number
  /** Changes to the waits: `httpLadder` 0.3, 1, 3, 8 s; `rateLimited` 3 s when no time is named; `jitter` 0.2. */
  readonly policy?: PolicyOptions
}

/** Waits that fit into the default timeout of one minute. */
const WAITS: PolicyOptions = {
  httpLadder: [300, 1000, 3000, 8000],
  rateLimited: 3000,
  rules: {
    limited: { delay: 'rate_limited' },
    not_connected: { delay: 'ladder' },
    no_answer: { delay: 'ladder' },
    server_error: { delay: 'ladder' },
    fault: { delay: 'ladder' },
    fault_once: { delay: 'ladder' },
  },
}

/** Shared by all clients without waits of their own. */
let defaultWaits: Policy | undefined

const policyOf = (given: PolicyOptions | undefined): Policy =>
  given
    ? definePolicy({ ...WAITS, ...given, rules: { ...WAITS.rules, ...given.rules } })
    : (defaultWaits ??= definePolicy(WAITS))

/**
 * Settings with defaults filled in.
 *
 * @throws PolicyError for a wrong `policy`
 */
export const resolveRetryOptions = ({
  maxAttempts = 5,
  maxRetryAfter = 30_000,
  policy,
}: RetryOptions = {}): ResolvedRetryOptions => ({ maxAttempts, maxRetryAfter, policy: policyOf(policy) })
