import type { RestAnswer } from '../pipeline/call.js'
import { RestError } from './rest-error.js'

/** The error of a call that succeeded without telling what it was made for. */
export const unexpectedAnswer = (
  endpoint: string,
  what: string,
  { status, traceId, steps }: RestAnswer,
): RestError =>
  new RestError({
    code: 'unexpected_answer',
    message: `${endpoint}: ${what}`,
    httpStatus: status,
    traceId,
    steps,
    situation: 'lost',
    delivered: 'yes',
    retry: 'never',
    advice: {
      en: 'The platform took the request, but its answer cannot be read. Look for a newer version of this package, or report it with the trace id.',
      zh: '平台已接受请求，但无法读取其应答。请检查本软件包是否有新版本，或携带 trace id 反馈。',
    },
  })
