import { isThenable } from '@qqkit/core/internal'

import { BotError } from './errors.js'

/**
 * Returns the answer of a user's function that must not be async: a promise would always count as true, and its rejection
 * would end the process.
 *
 * @throws BotError `not_at_once`
 */
export const requireSync = <T>(answer: T, what: string): T => {
  if (!isThenable(answer)) return answer
  Promise.resolve(answer).catch(() => {})
  throw new BotError('not_at_once', what)
}
