import { withCancellation } from '@qqkit/core/internal'

import { RestError } from '../errors/rest-error.js'
import { encodeBody } from '../http/body.js'
import { isObject } from '../http/json.js'
import type { Interceptor, RestAnswer, RestCall, RestStep } from '../types/call.js'
import type { Delivered } from '../types/situation.js'
import type { PipelineCall, PipelineNext, PipelineStage } from './call.js'

type CallRoute = Pick<PipelineCall, 'method' | 'route'>

const errorOf = (
  code: string,
  { method, route }: CallRoute,
  what: string,
  delivered: Delivered,
  advice: RestError['advice'],
): RestError =>
  new RestError({
    code,
    message: `${method} ${route}: an interceptor given to rest.use() ${what}`,
    situation: 'no_answer',
    delivered,
    retry: 'never',
    facts: null,
    advice,
  })

/** An interceptor returned no answer, usually because a `return` is missing. */
const interceptorError = (call: CallRoute, delivered: Delivered): RestError =>
  errorOf('stage_without_answer', call, 'returned no answer', delivered, {
    en: 'Write `return next(call)`, or `const answer = await next(call); …; return answer`.',
    zh: '请写成 `return next(call)`，或 `const answer = await next(call); …; return answer`。',
  })

/** An interceptor called `next()` without a call, or with something else. */
const nextError = (call: CallRoute, delivered: Delivered): RestError =>
  errorOf('stage_without_call', call, 'called next() without a call', delivered, {
    en: 'Pass the call on: `next(call)`, or a changed copy, `next({ ...call, headers })`.',
    zh: '请把调用传给 next：`next(call)`，或修改后的副本 `next({ ...call, headers })`。',
  })

const shown = (call: PipelineCall): RestCall => {
  const { content: _content, outer: _outer, quota: _quota, gate: _gate, cancellation, ...rest } = call
  return { ...rest, signal: cancellation.signal }
}

/** Whether an interceptor passed a call or a copy of one. */
const isCall = (changed: unknown): changed is RestCall =>
  isObject(changed) &&
  ['method', 'route', 'path', 'routeClass', 'target'].every((name) => typeof changed[name] === 'string') &&
  isObject(changed['headers']) &&
  typeof changed['deadlineAt'] === 'number' &&
  changed['signal'] instanceof AbortSignal

/**
 * Continues with the call that an interceptor passed: a changed body is encoded again, a changed signal cancels the
 * later stages.
 */
const passOn = async (changed: RestCall, call: PipelineCall, next: PipelineNext): Promise<RestAnswer> => {
  const { signal, ...rest } = changed
  const { outer, gate } = call
  const content = rest.body === call.body ? call.content : encodeBody(rest.body)
  if (signal === call.cancellation.signal)
    return next({ ...rest, content, outer, gate, cancellation: call.cancellation })
  return withCancellation(
    signal,
    (cancellation) => next({ ...rest, content, outer, gate, cancellation }),
    call.cancellation,
  )
}

const NO_STEPS: readonly RestStep[] = Object.freeze([])

/** Fills in what an interceptor's own answer left out; `null` for a value that is no answer. */
const wholeAnswer = (answer: unknown): RestAnswer | null => {
  if (!isObject(answer) || typeof answer['status'] !== 'number') return null
  const { status, body = null, traceId, steps } = answer
  // The usual case: a complete answer stays the same object.
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
 * Makes an interceptor a pipeline stage. A synchronous throw becomes a rejection, and the error for a missing answer
 * says whether the call was executed.
 */
export const adaptInterceptor =
  (stage: Interceptor): PipelineStage =>
  (next) =>
  async (call) => {
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
      // Handles the rejection when an interceptor does not await `next()`: otherwise it would end the process.
      passed.then(
        () => ended('yes'),
        (error: unknown) => ended(RestError.is(error) ? error.delivered : 'unknown'),
      )
      return passed
    })
    const answer = wholeAnswer(given)
    if (!answer) throw interceptorError(call, pending > 0 && reached !== 'yes' ? 'unknown' : reached)
    return answer
  }
