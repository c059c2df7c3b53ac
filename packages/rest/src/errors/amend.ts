import { TokenError } from '../token/token-error.js'
import { RestError, type RestErrorInit } from './rest-error.js'

/** What an outer stage may know better. */
export type Amendment = Partial<
  Pick<RestErrorInit, 'code' | 'delivered' | 'retry' | 'retryAfter' | 'steps' | 'cause' | 'advice'>
>

/** The same error, of the same class, with what only an outer stage knows: what was tried before, what all attempts say. */
export const amend = (error: RestError, change: Amendment): RestError => {
  const init = {
    code: error.code,
    message: error.message,
    situation: error.situation,
    delivered: error.delivered,
    retry: error.retry,
    errCode: error.errCode,
    numbers: error.numbers,
    facts: error.facts,
    httpStatus: error.httpStatus,
    traceId: error.traceId,
    retryAfter: error.retryAfter,
    access: error.access,
    advice: error.advice,
    steps: error.steps,
    cause: error.cause,
    ...change,
  }
  const next = error instanceof TokenError ? new TokenError(init) : new RestError(init)
  if (error.stack !== undefined) next.stack = error.stack
  return next
}
