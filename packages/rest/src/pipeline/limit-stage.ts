import type { Clock, Limiter, LimitOutcome, LimitPermit, LimitScope } from '@qqkit/core'
import { MAX_HOLD } from '@qqkit/core/internal'

import { situationAdvice } from '../errors/advice.js'
import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { RestError, TokenError } from '../errors/rest-error.js'
import { HeldBack } from '../http/exchange.js'
import type { RestAnswer } from '../types/call.js'
import type { PipelineCall, PipelineNext, PipelineStage } from './call.js'

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

/** An attempt, and how many permits it may still use. */
interface Attempt {
  readonly call: PipelineCall
  readonly next: PipelineNext
  readonly left: number
}

/** Dependencies of the limit stage. */
export interface LimitStageDeps {
  readonly limiter: Limiter
  readonly clock: Clock
  readonly whenLimited: WhenLimited
}

/** An attempt with its last permit leaves in any case, also where every step of this machine takes long. */
const PERMITS = 3

/** Runs an attempt under its permit, and settles the permit in every case. */
const runUnder = (
  deps: LimitStageDeps,
  place: LimitPermit,
  { call, next, left }: Attempt,
): Promise<RestAnswer> =>
  next(place.isLate && left > 1 ? { ...call, permit: place } : call).then(
    (answer) => {
      settle(place, SENT)
      return answer
    },
    (error: unknown) => {
      if (error instanceof HeldBack) {
        settle(place, NOT_SENT)
        return attempt(deps, { call, next, left: left - 1 })
      }
      // A refusal for the quota says nothing about the rate limit of the route.
      const ofQuota = call.proactive === true && RestError.is(error) && isQuotaRefusal(error)
      settle(place, ofQuota ? SENT : outcomeOf(error))
      throw error
    },
  )

const scopeOf = (call: PipelineCall, { clock, whenLimited }: LimitStageDeps): LimitScope => {
  const { routeClass, target, priority, proactive = false, deadlineAt } = call
  const maxWait = whenLimited === 'reject' ? 0 : deadlineAt - clock.now()
  return { routeClass, target, priority, proactive, maxWait }
}

/** Waits for a permit. */
const acquire = async (deps: LimitStageDeps, one: Attempt): Promise<RestAnswer> => {
  const { call } = one
  const { cancellation } = call
  cancellation.throwIfCancelled()
  const place = await deps.limiter.acquire(scopeOf(call, deps), cancellation.signal)
  if (!place.granted) throw refused(call, place.retryAfter)
  return runUnder(deps, place, one)
}

const attempt = (deps: LimitStageDeps, one: Attempt): Promise<RestAnswer> => {
  const { call } = one
  const place = call.cancellation.cancelled ? undefined : deps.limiter.take?.(scopeOf(call, deps))
  // Nearly every attempt need not wait, and passes without a function of its own.
  return place?.granted ? runUnder(deps, place, one) : acquire(deps, one)
}

/** Takes a permit from the limiter for each attempt. */
export const limitStage =
  (deps: LimitStageDeps): PipelineStage =>
  (next) =>
  (call) => {
    try {
      return attempt(deps, { call, next, left: PERMITS })
    } catch (error) {
      // A custom limiter may throw.
      return Promise.reject(error)
    }
  }
