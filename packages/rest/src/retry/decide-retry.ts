import { decide, type History } from '@qqkit/reconnect-policy'

import type { RestError } from '../errors/rest-error.js'
import type { Situation } from '../errors/situation.js'
import { TokenError } from '../token/token-error.js'
import type { RetrySettings } from './settings.js'

/** What the decision looks at besides the error. */
export interface RetryState {
  /** Attempts made so far, at least 1. */
  readonly attempts: number
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

/**
 * When to make the next attempt, or `null` to stop. Whether one may be made was judged with the error; a wait that would
 * not fit into the budget is not begun.
 */
export const decideRetry = (
  error: RestError,
  { attempts, repeated, history, now, deadlineAt }: RetryState,
  { maxAttempts, maxRetryAfter, policy }: RetrySettings,
  random: () => number,
): RetryDecision | null => {
  if (error.retry === 'never' || attempts >= maxAttempts) return null
  if (error.retry === 'once' && repeated.has(error.situation)) return null
  // A fresh token is all that a refused one needs.
  if (error.situation === 'unauthorized') return { delay: 0, history }
  // The pause of the token endpoint is our own and bounded: nobody would ask before it is over.
  const cap = error instanceof TokenError && error.situation === 'limited' ? Infinity : maxRetryAfter
  const asked = error.retryAfter === null ? {} : { delay: Math.min(error.retryAfter, cap) }
  const loss = { cause: error.situation, stage: 'access', session: false, ...asked } as const
  const { decision, history: after } = decide(policy, history, loss, now, random)
  if (decision.action === 'stop' || decision.connectAt >= deadlineAt) return null
  return { delay: decision.connectAt - now, history: after }
}
