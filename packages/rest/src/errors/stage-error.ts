import type { LiveCall } from '../pipeline/call.js'
import { RestError } from './rest-error.js'
import type { Delivered } from './situation.js'

type Place = Pick<LiveCall, 'method' | 'route'>

const errorOf = (
  code: string,
  { method, route }: Place,
  what: string,
  delivered: Delivered,
  advice: RestError['advice'],
): RestError =>
  new RestError({
    code,
    message: `${method} ${route}: a stage given to rest.use() ${what}`,
    situation: 'lost',
    delivered,
    retry: 'never',
    facts: null,
    advice,
  })

/** The error of a call that a stage of `rest.use` gave no answer for, mostly for want of a `return`. */
export const stageError = (call: Place, delivered: Delivered): RestError =>
  errorOf('stage_without_answer', call, 'returned no answer', delivered, {
    en: 'Write `return next(call)`, or `const answer = await next(call); …; return answer`.',
    zh: '请写成 `return next(call)`，或 `const answer = await next(call); …; return answer`。',
  })

/** The error of a call of which a stage of `rest.use` passed nothing on, as by `next()`, or what is no call. */
export const nextError = (call: Place, delivered: Delivered): RestError =>
  errorOf('stage_without_call', call, 'called next() with what is no call', delivered, {
    en: 'Pass the call on: `next(call)`, or a changed copy, `next({ ...call, headers })`.',
    zh: '请把调用传给 next：`next(call)`，或修改后的副本 `next({ ...call, headers })`。',
  })
