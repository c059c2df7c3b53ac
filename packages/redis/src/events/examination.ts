import { RedisError } from '../port/errors.js'
import type { Wake } from '../port/wake.js'

/** What the examination of a server needs. */
export interface ExaminationDeps {
  /** Looks at the server. @throws RedisError `redis_unfit` for good; others until it can be asked */
  readonly examine: () => Promise<void>
  /** Ended at a stop. */
  readonly end: Wake
  readonly isStopped: () => boolean
  readonly onProblem: (error: unknown) => void
}

const FAILED_PAUSE = 500
const FOR_GOOD: ReadonlySet<string> = new Set(['redis_unfit', 'redis_no_client', 'redis_closed'])

/**
 * Waits until the server was examined: nothing is sent to one that would lose it. `false`: stopped before.
 *
 * @throws RedisError `redis_unfit`, `redis_no_client`, `redis_closed`
 */
export const passExamination = async ({
  examine,
  end,
  isStopped,
  onProblem,
}: ExaminationDeps): Promise<boolean> => {
  while (!isStopped()) {
    try {
      await examine()
      return !isStopped()
    } catch (error) {
      if (RedisError.is(error) && FOR_GOOD.has(error.code)) throw error
      onProblem(error)
      if (!isStopped()) await end.wait(FAILED_PAUSE)
    }
  }
  return false
}
