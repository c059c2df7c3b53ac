import type { Clock } from '@qqkit/core'
import { sleep } from '@qqkit/core/internal'

import { RestError } from '../../errors/rest-error.js'
import { repeatLater, type CallTerms } from './upload-calls.js'

/** How long and how often something is asked for again, in ms. */
export interface Patience {
  readonly clock: Clock
  readonly retryTimeout: number
  readonly retryDelay: number
  readonly terms: CallTerms
}

/**
 * Repeats work for as long as the platform answers "upload failed, retry": it looks at what was put in its own time (§5.5).
 *
 * @throws what the work throws otherwise, or at last
 */
export const patiently = async <T>(
  { clock, retryTimeout, retryDelay, terms }: Patience,
  work: () => Promise<T>,
): Promise<T> => {
  const until = clock.now() + retryTimeout
  for (;;) {
    let wait = retryDelay
    try {
      return await work()
    } catch (error) {
      if (!RestError.is(error) || error.errCode !== repeatLater) throw error
      wait = Math.max(retryDelay, error.retryAfter ?? 0)
      const next = clock.now() + wait
      if (next > until || next >= terms.deadlineAt) throw error
    }
    await sleep(clock, wait, terms.signal)
  }
}
