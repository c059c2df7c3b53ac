import type { Clock, LogSink } from '@qqkit/core'
import { sleep } from '@qqkit/core/internal'
import { initialHistory, type History } from '@qqkit/reconnect-policy'

import { amend } from '../errors/amend.js'
import { RestError } from '../errors/rest-error.js'
import type { Situation } from '../errors/situation.js'
import { toldDelivered } from '../errors/told-delivered.js'
import type { LiveCall, RestAnswer, Stage } from '../pipeline/call.js'
import { isQuotaRefusal } from '../pipeline/limit-outcome.js'
import type { RestStep } from '../pipeline/step.js'
import { decideRetry, neverLeft } from './decide-retry.js'
import type { RetrySettings } from './settings.js'

/** What the retry stage works with. */
export interface RetryStageParts {
  readonly clock: Clock
  readonly random: () => number
  readonly settings: RetrySettings
  readonly log: LogSink
}

/** What became of the attempts so far. */
interface Tried {
  readonly steps: readonly RestStep[]
  readonly repeated: ReadonlySet<Situation>
  readonly history: History
}

const NOTHING: Tried = Object.freeze({
  steps: [],
  repeated: new Set<Situation>(),
  history: initialHistory,
})

const withSteps = (answer: RestAnswer, tried: Tried): RestAnswer =>
  tried === NOTHING ? answer : { ...answer, steps: [...tried.steps, ...answer.steps] }

/** The last error, with what all attempts together say about delivery. */
const verdict = (error: RestError, tried: Tried): RestError => {
  if (tried === NOTHING) return error
  return amend(error, {
    delivered: toldDelivered(error, tried.steps),
    steps: [...tried.steps, ...error.steps],
  })
}

/**
 * Whether who asks has a ladder of its own, for everything or for this. A refused token is renewed all the same. What was
 * refused for want of a quota waits for it, in the quota stage.
 */
const isLeftToCaller = ({ single, unrepeated = [], proactive }: LiveCall, error: RestError): boolean =>
  (single === true && error.situation !== 'unauthorized') ||
  (proactive === true && isQuotaRefusal(error)) ||
  unrepeated.some((left) => left === error.errCode || left === error.situation)

/** Repeats what may be repeated. */
export const retryStage =
  ({ clock, random, settings, log }: RetryStageParts): Stage =>
  async (call, next) => {
    let tried = NOTHING
    for (let attempts = 1, counted = 0; ; attempts += 1) {
      try {
        return withSteps(await next(call), tried)
      } catch (error) {
        if (!RestError.is(error)) throw error
        const { repeated, history } = tried
        if (!neverLeft(error)) counted += 1
        const state = { counted, repeated, history, now: clock.now(), deadlineAt: call.deadlineAt }
        const over = call.cancellation.cancelled || isLeftToCaller(call, error)
        const decision = over ? null : decideRetry(error, state, settings, random)
        if (!decision) throw verdict(error, tried)
        const { situation, errCode, delivered } = error
        const step: RestStep = { kind: 'retry', situation, errCode, delivered, delay: decision.delay }
        log({ level: 'info', event: 'rest.retry', method: call.method, route: call.route, attempts, ...step })
        tried = {
          steps: [...tried.steps, step],
          repeated: new Set([...repeated, situation]),
          history: decision.history,
        }
        if (decision.delay > 0) await sleep(clock, decision.delay, call.cancellation.signal)
      }
    }
  }
