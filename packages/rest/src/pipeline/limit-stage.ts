import type { Clock, Limiter, LimitOutcome, LimitPermit } from '@qqkit/core'

import { MAX_HOLD } from '../answers/read-answer.js'
import { situationAdvice } from '../errors/advice.js'
import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { RestError, TokenError } from '../errors/rest-error.js'
import type { PipelineCall, PipelineStage } from './call.js'

/** The platform received the attempt, or may have. */
export const SENT: LimitOutcome = Object.freeze({ kind: 'sent' })

/** The attempt was never sent, or not accepted. */
export const NOT_SENT: LimitOutcome = Object.freeze({ kind: 'not_sent' })

/** Whether proactive messages were refused as too frequent (§6.4). That concerns their quota only. */
export const isQuotaRefusal = (error: RestError): boolean =>
  error.situation === 'limited' && error.facts?.proactiveOnly === true

/** The limiter outcome of a failed attempt. */
const outcomeOf = (error: unknown): LimitOutcome => {
  if (error instanceof TokenError || error instanceof InvalidRequestError) return NOT_SENT
  if (!RestError.is(error)) return SENT
  // The target is busy with something else: the limit was not exceeded.
  if (error.situation === 'limited' && !error.facts?.targetOnly)
    return {
      kind: 'limited',
      retryAfter: error.retryAfter && Math.min(error.retryAfter, MAX_HOLD),
    }
  return error.httpStatus === null && error.delivered === 'no' ? NOT_SENT : SENT
}

/** What to do when a rate limit has no room: wait, or reject at once. */
export type WhenLimited = 'wait' | 'reject'

const refused = (call: PipelineCall, retryAfter: number): RestError =>
  new RestError({
    code: 'rate_limited',
    message: `${call.method} ${call.route}: no room in the limit of ${call.routeClass} for ${Math.ceil(retryAfter)} ms`,
    situation: 'limited',
    delivered: 'no',
    retry: 'never',
    retryAfter,
    access: 'rate_limited',
    advice: situationAdvice.limited,
  })

/** Settles a permit. An error of a custom limiter must not hide the result of the call. */
export const settle = (place: LimitPermit, outcome: LimitOutcome): void => {
  try {
    place.settle(outcome)
  } catch {
    // Only the limiter's own count is wrong from here on.
  }
}

/** Dependencies of the limit stage. */
export interface LimitStageDeps {
  readonly limiter: Limiter
  readonly clock: Clock
  readonly whenLimited: WhenLimited
}

/** Takes a permit from the limiter for each attempt, and settles it in every case. */
export const limitStage =
  (deps: LimitStageDeps): PipelineStage =>
  (next) =>
  async (call) => {
    const { limiter, clock, whenLimited } = deps
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
      // A refusal for the quota says nothing about the rate limit of the route.
      outcome = proactive && RestError.is(error) && isQuotaRefusal(error) ? SENT : outcomeOf(error)
      throw error
    } finally {
      settle(place, outcome)
    }
  }
