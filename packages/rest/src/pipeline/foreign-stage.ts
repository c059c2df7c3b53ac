import { withCancellation } from '@qqkit/core/internal'

import { RestError } from '../errors/rest-error.js'
import type { Delivered } from '../errors/situation.js'
import { nextError, stageError } from '../errors/stage-error.js'
import { encodeBody } from '../http/encode-body.js'
import { isObject } from '../http/read-answer.js'
import type { LiveCall, LiveNext, Middleware, RestAnswer, RestCall, Stage } from './call.js'
import type { RestStep } from './step.js'

const shown = (call: LiveCall): RestCall => {
  const { content: _content, outer: _outer, quota: _quota, cancellation: end, ...rest } = call
  return { ...rest, signal: end.signal }
}

/** Whether a stage passed on a call, or a copy of one. */
const isCall = (changed: unknown): changed is RestCall =>
  isObject(changed) &&
  ['method', 'route', 'path', 'routeClass', 'target'].every((name) => typeof changed[name] === 'string') &&
  isObject(changed['headers']) &&
  typeof changed['deadlineAt'] === 'number' &&
  changed['signal'] instanceof AbortSignal

/** Passes on what a stage made of a call. Its own body is written anew, and its own signal ends what comes after it. */
const passOn = async (changed: RestCall, call: LiveCall, next: LiveNext): Promise<RestAnswer> => {
  const { signal, ...rest } = changed
  const { outer } = call
  const content = rest.body === call.body ? call.content : encodeBody(rest.body)
  if (signal === call.cancellation.signal)
    return next({ ...rest, content, outer, cancellation: call.cancellation })
  return withCancellation(
    signal,
    (end) => next({ ...rest, content, outer, cancellation: end }),
    call.cancellation,
  )
}

const NO_STEPS: readonly RestStep[] = Object.freeze([])

/** An answer that a stage made up may leave out what it knows nothing of; `null` for what is none. */
const wholeAnswer = (answer: unknown): RestAnswer | null => {
  if (!isObject(answer) || typeof answer['status'] !== 'number') return null
  const { status, body = null, traceId, steps } = answer
  // As it came, where it is whole: the usual case, and the same object.
  if (Array.isArray(steps) && 'body' in answer && traceId !== undefined)
    return answer as unknown as RestAnswer
  return {
    status,
    body,
    traceId: typeof traceId === 'string' ? traceId : null,
    steps: Array.isArray(steps) ? (steps as readonly RestStep[]) : NO_STEPS,
  }
}

/**
 * Lets a stage of someone else's stand among ours. What it throws before it returns a promise becomes a rejection; where it
 * gives no answer, the error says what became of the call that it passed on.
 */
export const foreignStage =
  (stage: Middleware): Stage =>
  async (call, next) => {
    let reached = 'no' as Delivered
    let pending = 0
    const ended = (became: Delivered): void => {
      pending -= 1
      if (reached !== 'yes' && became !== 'no') reached = became
    }
    const given: unknown = await stage(shown(call), (changed) => {
      const before = pending > 0 && reached !== 'yes' ? 'unknown' : reached
      pending += 1
      const passed = isCall(changed) ? passOn(changed, call, next) : Promise.reject(nextError(call, before))
      // Also for a stage that forgets to wait for it: what nobody hears of must not end the process.
      passed.then(
        () => ended('yes'),
        (error: unknown) => ended(RestError.is(error) ? error.delivered : 'unknown'),
      )
      return passed
    })
    const answer = wholeAnswer(given)
    if (!answer) throw stageError(call, pending > 0 && reached !== 'yes' ? 'unknown' : reached)
    return answer
  }
