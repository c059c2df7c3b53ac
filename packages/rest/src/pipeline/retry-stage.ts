import type { Clock } from '@qqkit/core'
import { sleep } from '@qqkit/core/internal'
import { type History, initialHistory } from '@qqkit/reconnect-policy'

import { combinedDelivery } from '../errors/delivery.js'
import { RestError, withErrorContext } from '../errors/rest-error.js'
import { decideRetry, wasNeverSent } from '../retry/decide-retry.js'
import type { ResolvedRetryOptions } from '../retry/retry-options.js'
import type { RestAnswer, RestStep } from '../types/call.js'
import type { Situation } from '../types/situation.js'
import type { PipelineCall, PipelineNext, PipelineStage } from './call.js'
import { isQuotaRefusal } from './limit-stage.js'
import type { RestLog } from './log.js'

/** Dependencies of the retry stage. */
export interface RetryStageDeps {
  readonly clock: Clock
  readonly random: () => number
  readonly settings: ResolvedRetryOptions
  readonly log: RestLog
}

/** The failed attempts so far. */
interface FailedAttempts {
  readonly steps: readonly RestStep[]
  readonly repeated: ReadonlySet<Situation>
  readonly history: History
}

const NO_ATTEMPTS: FailedAttempts = Object.freeze({
  steps: [],
  repeated: new Set<Situation>(),
  history: initialHistory,
})

const withSteps = (answer: RestAnswer, { steps }: FailedAttempts): RestAnswer => ({
  ...answer,
  steps: [...steps, ...answer.steps],
})

/** The last error, with the steps and the `delivered` of all attempts together. */
const finalError = (error: RestError, tried: FailedAttempts): RestError => {
  if (tried === NO_ATTEMPTS) return error
  return withErrorContext(error, {
    delivered: combinedDelivery(error, tried.steps),
    steps: [...tried.steps, ...error.steps],
  })
}

/**
 * Whether the caller repeats this failure itself (`single`, `unrepeated`). A refused token is still renewed here, and a
 * refusal for the quota is left to the quota stage.
 */
const isLeftToCaller = ({ single, unrepeated = [], proactive }: PipelineCall, error: RestError): boolean =>
  (single === true && error.situation !== 'unauthorized') ||
  (proactive === true && isQuotaRefusal(error)) ||
  unrepeated.some((left) => left === error.errCode || left === error.situation)

const repeat = async (
  { clock, random, settings, log }: RetryStageDeps,
  call: PipelineCall,
  next: PipelineNext,
  first: unknown,
): Promise<RestAnswer> => {
  let tried = NO_ATTEMPTS
  for (let attempts = 1, counted = 0, error = first; ; attempts += 1) {
    if (!RestError.is(error)) throw error
    const { repeated, history } = tried
    if (!wasNeverSent(error)) counted += 1
    const state = { counted, repeated, history, now: clock.now(), deadlineAt: call.deadlineAt }
    const over = call.cancellation.cancelled || isLeftToCaller(call, error)
    const decision = over ? null : decideRetry(error, state, settings, random)
    if (!decision) throw finalError(error, tried)
    const { situation, errCode, delivered } = error
    const step: RestStep = { kind: 'retry', situation, errCode, delivered, delay: decision.delay }
    log.write({
      level: 'debug',
      event: 'rest.retry',
      method: call.method,
      route: call.route,
      attempts,
      ...step,
    })
    tried = {
      steps: [...tried.steps, step],
      repeated: new Set([...repeated, situation]),
      history: decision.history,
    }
    if (decision.delay > 0) await sleep(clock, decision.delay, call.cancellation.signal)
    try {
      return withSteps(await next(call), tried)
    } catch (reason) {
      error = reason
    }
  }
}

/** Repeats failed attempts. Whether: `retryTable`; when: {@link decideRetry}. */
export const retryStage =
  (deps: RetryStageDeps): PipelineStage =>
  // Most calls succeed at once, and pass without a function of their own.
  (next) =>
  (call) =>
    next(call).catch((error: unknown) => repeat(deps, call, next, error))
