import type { Clock, Limiter, LimitOutcome, LimitPermit } from '@qqkit/core'

import { MAX_HOLD } from '../answers/read-answer.js'
import { situationAdvice } from '../errors/advice.js'
import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { RestError, TokenError } from '../errors/rest-error.js'
import type { PipelineCall, PipelineStage } from './call.js'

/** The platform received it, or may have. */
export const SENT: LimitOutcome = Object.freeze({ kind: 'sent' })

/** It never left, or was not taken. */
export const NOT_SENT: LimitOutcome = Object.freeze({ kind: 'not_sent' })

/** Whether a refusal is of proactive messages as too frequent (§6.4): a matter of their quota, and of nothing else. */
export const isQuotaRefusal = (error: RestError): boolean =>
  error.situation === 'limited' && error.facts?.proactiveOnly === true

/** What the failure of an attempt tells a limiter. */
const outcomeOf = (error: unknown): LimitOutcome => {
  if (error instanceof TokenError || error instanceof InvalidRequestError) return NOT_SENT
  if (!RestError.is(error)) return SENT
  // Of a target that is busy with something else, no call was too much.
  if (error.situation === 'limited' && !error.facts?.targetOnly)
    return {
      kind: 'limited',
      retryAfter: error.retryAfter && Math.min(error.retryAfter, MAX_HOLD),
    }
  return error.httpStatus === null && error.delivered === 'no' ? NOT_SENT : SENT
}

/** What to do when a place in the budget is not free: wait for it, or tell the caller at once. */
export type WhenLimited = 'wait' | 'reject'

const refused = (call: PipelineCall, retryAfter: number): RestError =>
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
export interface LimitStageDeps {
  readonly limiter: Limiter
  readonly clock: Clock
  readonly whenLimited: WhenLimited
}

/** One place in the budget per attempt, given back whatever becomes of it. */
export const limitStage =
  ({ limiter, clock, whenLimited }: LimitStageDeps): PipelineStage =>
  async (call, next) => {
    const maxWait = whenLimited === 'reject' ? 0 : call.deadlineAt - clock.now()
    const { routeClass, target, priority, proactive = false, cancellation } = call
    const scope = { routeClass, target, priority, proactive, maxWait }
    cancellation.throwIfCancelled()
    const place = limiter.take?.(scope) ?? (await limiter.acquire(scope, cancellation.signal))
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
