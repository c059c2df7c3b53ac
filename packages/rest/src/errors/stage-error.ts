import type { LiveCall } from '../pipeline/call.js'
import { RestError } from './rest-error.js'
import type { Delivered } from './situation.js'

/** The error of a call that a stage of `rest.use` gave no answer for, mostly for want of a `return`. */
export const stageError = (
  { method, route }: Pick<LiveCall, 'method' | 'route'>,
  delivered: Delivered,
): RestError =>
  new RestError({
    code: 'stage_without_answer',
    message: `${method} ${route}: a stage given to rest.use() returned no answer`,
    situation: 'lost',
    delivered,
    retry: 'never',
    facts: null,
    advice: {
      en: 'Write `return next(call)`, or `const answer = await next(call); …; return answer`.',
      zh: '请写成 `return next(call)`，或 `const answer = await next(call); …; return answer`。',
    },
  })
