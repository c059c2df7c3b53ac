import type { Clock, LimitOutcome, LimitPermit, Limiter } from '@qqkit/core'

import { RestError } from '../errors/rest-error.js'
import { situationAdvice } from '../errors/situation-advice.js'
import type { LiveCall, Stage } from './call.js'
import { isQuotaRefusal, outcomeOf, SENT } from './limit-outcome.js'

/** What to do when a place in the budget is not free: wait for it, or tell the caller at once. */
export type WhenLimited = 'wait' | 'reject'

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

/** Gives a place back. What a limiter of somebody's own throws must not hide what became of the call. */
export const settle = (place: LimitPermit, outcome: LimitOutcome): void => {
  try {
    place.settle(outcome)
  } catch {
    // Its own count is wrong from here on, which is all that it harms.
  }
}

/** What the limit stage works with. */
export interface LimitStageParts {
  readonly limiter: Limiter
  readonly clock: Clock
  readonly whenLimited: WhenLimited
}

/** One place in the budget per attempt, given back whatever becomes of it. */
export const limitStage =
  ({ limiter, clock, whenLimited }: LimitStageParts): Stage =>
  async (call, next) => {
    const maxWait = whenLimited === 'reject' ? 0 : call.deadlineAt - clock.now()
    const { routeClass, target, priority, proactive = false, cancellation: end } = call
    const scope = { routeClass, target, priority, proactive, maxWait }
    end.throwIfCancelled()
    const place = limiter.take?.(scope) ?? (await limiter.acquire(scope, end.signal))
    if (!place.granted) throw refused(call, place.retryAfter)
    let outcome: LimitOutcome = SENT
    try {
      return await next(call)
    } catch (error) {
      // What was refused for want of a quota was not too much for its route.
      outcome = proactive && RestError.is(error) && isQuotaRefusal(error) ? SENT : outcomeOf(error)
      throw error
    } finally {
      settle(place, outcome)
    }
  }
