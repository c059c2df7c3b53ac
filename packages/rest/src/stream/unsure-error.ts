import { RestError } from '../errors/rest-error.js'
import { situationAdvice } from '../errors/situation-advice.js'

/** Two messages were tried under one number, the answers to both were lost, and one of them stands there. */
export const unsureError = (): RestError =>
  new RestError({
    code: 'no_answer',
    message: 'the beginning of the text stands there, or all of it: the answers that would tell were lost',
    situation: 'lost',
    delivered: 'unknown',
    retry: 'never',
    advice: situationAdvice.lost,
  })
