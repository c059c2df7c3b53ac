import { decide, type History } from '@qqkit/reconnect-policy'

import { type RestError, TokenError } from '../errors/rest-error.js'
import type { Situation } from '../types/situation.js'
import type { ResolvedRetryOptions } from './retry-options.js'

/** Input of {@link decideRetry} besides the error. */
export interface RetryState {
  /** Attempts so far that the platform may have received. */
  readonly counted: number
  /** Situations that used up their single repeat. */
  readonly repeated: ReadonlySet<Situation>
  /** State of the reconnect policy for this call. */
  readonly history: History
  readonly now: number
  /** Deadline of the whole call. */
  readonly deadlineAt: number
}

/** A repeat after `delay` ms. */
export interface RetryDecision {
  readonly delay: number
  readonly history: History
}

/** No new attempt is begun in the last ms before the deadline. */
const LAST_WAIT = 1000
/** After lost answers, the last attempt begins this many ms before the deadline. */
const LAST_ATTEMPT = 4000

/** Situations of attempts that were never sent. */
const LOCAL: ReadonlySet<Situation> = new Set(['not_connected', 'no_token'])

/**
 * Whether a failed attempt never left this machine, for want of a connection or a token. Such attempts may be repeated
 * without limit.
 */
export const wasNeverSent = (error: RestError): boolean =>
  error.delivered === 'no' && (error instanceof TokenError || LOCAL.has(error.situation))

/** Whether `Retry-After` is too far away. Asking earlier than the platform said is worse than giving up. */
const isRetryAfterTooLong = (
  error: RestError,
  { now, deadlineAt }: RetryState,
  maxRetryAfter: number,
): boolean => {
  if (error.retryAfter === null) return false
  // During a pause of the token endpoint no request is made, so calls wait for it as long as they have time.
  const own = error instanceof TokenError && error.situation === 'limited'
  return now + error.retryAfter >= deadlineAt || (!own && error.retryAfter > maxRetryAfter)
}

/**
 * When to make the next attempt, or `null` to stop. `error.retry` comes from the retry table. An attempt that was never
 * sent is repeated until the deadline; any other wait that ends after the deadline is not begun.
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
  // A refused token needs no wait, only a fresh token.
  if (situation === 'unauthorized') return { delay: retryAfter ?? 0, history }
  const asked = retryAfter === null ? {} : { delay: retryAfter }
  const disconnect = { cause: situation, stage: 'http', session: false, ...asked } as const
  const { decision, history: after } = decide(policy, history, disconnect, now, random)
  if (decision.action === 'stop') return null
  const wait = decision.connectAt - now
  const left = deadlineAt - now
  if (retryAfter === null && wasNeverSent(error)) {
    // At most half of the remaining time, so that the last attempts come close to the deadline: an outage may be over
    // by then.
    if (left < LAST_WAIT) return null
    return { delay: Math.min(wait, left / 2), history: after }
  }
  // After lost answers the last attempt is kept for the end, because the network is probably down.
  const last = situation === 'no_answer' && counted === maxAttempts - 1 && left > LAST_ATTEMPT
  const delay = last ? Math.max(wait, left - LAST_ATTEMPT) : wait
  return delay >= left ? null : { delay, history: after }
}
