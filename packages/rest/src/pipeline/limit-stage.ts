import type { Clock, LimitOutcome, Limiter } from '@qqkit/core'

import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { RestError } from '../errors/rest-error.js'
import { situationAdvice } from '../errors/situation-advice.js'
import { TokenError } from '../token/token-error.js'
import type { LiveCall, Stage } from './call.js'

/** What to do when a place in the budget is not free: wait for it, or tell the caller at once. */
export type WhenLimited = 'wait' | 'reject'

const SENT: LimitOutcome = Object.freeze({ kind: 'sent' })
const NOT_SENT: LimitOutcome = Object.freeze({ kind: 'not_sent' })

const outcomeOf = (error: unknown, longest: number): LimitOutcome => {
  if (error instanceof TokenError || error instanceof InvalidRequestError) return NOT_SENT
  if (!RestError.is(error)) return SENT
  if (error.situation === 'limited' && !error.facts?.targetOnly) {
    const retryAfter = error.retryAfter && Math.min(error.retryAfter, longest)
    return { kind: 'limited', retryAfter, proactive: error.facts?.proactiveOnly ?? false }
  }
  return error.httpStatus === null && error.delivered === 'no' ? NOT_SENT : SENT
}

const refused = (call: LiveCall, retryAfter: number): RestError =>
  new RestError({
    code: 'rate_limited',
    message: `${call.method} ${call.route}: no place in the budget of ${call.routeClass} for ${Math.ceil(retryAfter)} ms`,
    situation: 'limited',
    delivered: 'no',
    retry: 'never',
    retryAfter,
    access: 'rate_limited',
    advice: situationAdvice.limited,
  })

/** What the limit stage works with. */
export interface LimitStageParts {
  readonly limiter: Limiter
  readonly clock: Clock
  readonly whenLimited: WhenLimited
  /** Longest pause in ms that a `Retry-After` can cause. */
  readonly maxRetryAfter: number
}

/** One place in the budget per attempt, given back whatever becomes of it. */
export const limitStage =
  ({ limiter, clock, whenLimited, maxRetryAfter }: LimitStageParts): Stage =>
  async (call, next) => {
    const maxWait = whenLimited === 'reject' ? 0 : call.deadlineAt - clock.now()
    const { routeClass, target, priority, proactive = false, end } = call
    const scope = { routeClass, target, priority, proactive, maxWait }
    end.throwIfCome()
    const place = limiter.take?.(scope) ?? (await limiter.acquire(scope, end.signal))
    if (!place.granted) throw refused(call, place.retryAfter)
    let outcome: LimitOutcome = SENT
    try {
      return await next(call)
    } catch (error) {
      outcome = outcomeOf(error, maxRetryAfter)
      throw error
    } finally {
      place.settle(outcome)
    }
  }
