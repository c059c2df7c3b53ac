import type { LimitOutcome } from '@qqkit/core'

import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { RestError } from '../errors/rest-error.js'
import { TokenError } from '../token/token-error.js'

/** The platform received it, or may have. */
export const SENT: LimitOutcome = Object.freeze({ kind: 'sent' })
/** It never left, or was not taken. */
export const NOT_SENT: LimitOutcome = Object.freeze({ kind: 'not_sent' })

/** However long a header asks for, in ms: one odd answer must not silence a bot for days. */
export const LONGEST_HOLD = 3_600_000

/** Whether a refusal is of proactive messages as too frequent (§6.4): a matter of their quota, and of nothing else. */
export const isQuotaRefusal = (error: RestError): boolean =>
  error.situation === 'limited' && error.facts?.proactiveOnly === true

/** What the failure of an attempt tells a limiter. */
export const outcomeOf = (error: unknown): LimitOutcome => {
  if (error instanceof TokenError || error instanceof InvalidRequestError) return NOT_SENT
  if (!RestError.is(error)) return SENT
  // Of a target that is busy with something else, no call was too much.
  if (error.situation === 'limited' && !error.facts?.targetOnly)
    return {
      kind: 'limited',
      retryAfter: error.retryAfter && Math.min(error.retryAfter, LONGEST_HOLD),
    }
  return error.httpStatus === null && error.delivered === 'no' ? NOT_SENT : SENT
}
