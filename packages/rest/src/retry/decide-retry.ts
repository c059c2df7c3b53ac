import { decide, type History } from '@qqkit/reconnect-policy'

import { type RestError, TokenError } from '../errors/rest-error.js'
import type { Situation } from '../types/situation.js'
import type { ResolvedRetryOptions } from './retry-options.js'

/** What the decision looks at besides the error. */
export interface RetryState {
  /** Attempts so far that the platform may have seen. */
  readonly counted: number
  /** Situations that have had their one repeat. */
  readonly repeated: ReadonlySet<Situation>
  /** What the policy remembers of this call. */
  readonly history: History
  readonly now: number
  /** When the whole call is given up. */
  readonly deadlineAt: number
}

/** A repeat after `delay` ms. */
export interface RetryDecision {
  readonly delay: number
  readonly history: History
}

/** ms before the deadline within which nothing more is begun after a failure that may pass in a moment. */
const LAST_WAIT = 1000
/** ms that the last attempt is kept for, where answers were lost: long enough for one, and as late as that allows. */
const LAST_ATTEMPT = 4000

/** How attempts fail that never left. */
const LOCAL: ReadonlySet<Situation> = new Set(['not_connected', 'no_token'])

/** Whether a failed attempt never left this machine: no connection, or no token to show. It can be made as often as one likes. */
export const wasNeverSent = (error: RestError): boolean =>
  error.delivered === 'no' && (error instanceof TokenError || LOCAL.has(error.situation))

/** Whether the platform named a time that is too far away: to ask earlier than told is worse than to give up. */
const isRetryAfterTooLong = (
  error: RestError,
  { now, deadlineAt }: RetryState,
  maxRetryAfter: number,
): boolean => {
  if (error.retryAfter === null) return false
  // Before the pause of the token endpoint is over nobody asks: its calls wait as long as they have time.
  const own = error instanceof TokenError && error.situation === 'limited'
  return now + error.retryAfter >= deadlineAt || (!own && error.retryAfter > maxRetryAfter)
}

/**
 * When to make the next attempt, or `null` to stop. Whether one may be made was judged with the error. What never left is
 * repeated until the deadline; any other wait that would not fit is not begun.
 */
export const decideRetry = (
  error: RestError,
  state: RetryState,
  { maxAttempts, maxRetryAfter, policy }: ResolvedRetryOptions,
  random: () => number,
): RetryDecision | null => {
  const { counted, repeated, history, now, deadlineAt } = state
  const { situation, retryAfter } = error
  if (error.retry === 'never' || counted >= maxAttempts) return null
  if (error.retry === 'once' && repeated.has(situation)) return null
  if (isRetryAfterTooLong(error, state, maxRetryAfter)) return null
  // A fresh token is all that a refused one needs.
  if (situation === 'unauthorized') return { delay: retryAfter ?? 0, history }
  const asked = retryAfter === null ? {} : { delay: retryAfter }
  const loss = { cause: situation, stage: 'access', session: false, ...asked } as const
  const { decision, history: after } = decide(policy, history, loss, now, random)
  if (decision.action === 'stop') return null
  const wait = decision.connectAt - now
  const left = deadlineAt - now
  if (retryAfter === null && wasNeverSent(error)) {
    // At most half of what is left, so that the last attempts come close to the end: an outage may be over by then.
    if (left < LAST_WAIT) return null
    return { delay: Math.min(wait, left / 2), history: after }
  }
  // The last one that counts is kept for the end: where answers get lost, the network is away.
  const last = situation === 'lost' && counted === maxAttempts - 1 && left > LAST_ATTEMPT
  const delay = last ? Math.max(wait, left - LAST_ATTEMPT) : wait
  return delay >= left ? null : { delay, history: after }
}
