import { isThenable } from '@qqkit/core/internal'

import { BotError } from './errors.js'

/**
 * What a function of somebody's own answered where nobody can wait: taken for an answer, a promise would be true whatever comes of
 * it, and its rejection would end the process.
 *
 * @throws BotError `not_at_once`
 */
export const atOnce = <T>(answer: T, what: string): T => {
  if (!isThenable(answer)) return answer
  Promise.resolve(answer).catch(() => {})
  throw new BotError('not_at_once', what)
}
