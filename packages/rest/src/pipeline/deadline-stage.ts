import type { Clock } from '@qqkit/core'
import {
  type Cancellation,
  type Deadline,
  type DeadlineQueue,
  type Indexed,
  type IndexedSet,
  onAbort,
  type Stoppable,
} from '@qqkit/core/internal'

import { RestError } from '../errors/rest-error.js'
import type { RestAnswer } from '../types/call.js'
import type { PipelineStage } from './call.js'

/** An attempt in flight at the deadline knows whether it was sent, so its own timer fires first. */
const AFTER_ATTEMPT = 1
/** How long inner stages may take to notice the abort before the call rejects without them, in ms. */
const GRACE = 1000

const passed = (delivered: 'no' | 'unknown'): RestError =>
  new RestError({
    code: 'deadline',
    message: 'the deadline of the call has passed',
    situation: delivered === 'no' ? 'not_connected' : 'lost',
    delivered,
    retry: 'never',
    advice: {
      en: 'Give the call more time (timeout), or see in `steps` what it waited for.',
      zh: '请放宽调用时限（timeout），或查看 steps 了解时间花在哪里。',
    },
  })

/** A call in flight that can be cancelled from outside. */
export interface InFlightCall extends Indexed, Stoppable {
  /** Knows whether an attempt may have been executed. */
  readonly cancellation: Cancellation
}

/**
 * Ends the call at its deadline, when the caller aborts, and when the client closes, which stops all `inFlight` calls.
 */
export const deadlineStage =
  (clock: Clock, deadlines: DeadlineQueue, inFlight: IndexedSet<InFlightCall>): PipelineStage =>
  (call, next) =>
    new Promise<RestAnswer>((resolve, reject) => {
      const { outer, cancellation } = call
      if (outer?.aborted) {
        reject(outer.reason as Error)
        return
      }
      const stop = (reason: unknown): void => {
        release()
        cancellation.cancel(reason)
        reject(reason)
      }
      const inFlightCall: InFlightCall = { index: -1, stop, cancellation }
      // A bot shares one signal among all calls, so the listener must be removed.
      const leave = outer && onAbort(outer, () => stop(outer.reason))
      const deadline: Deadline = {
        due: 0,
        index: -1,
        onDeadline: () => {
          if (cancellation.cancelled) {
            stop(passed('unknown'))
            return
          }
          deadlines.add(deadline, clock.now() + GRACE)
          cancellation.cancel(passed('no'))
        },
      }
      deadlines.add(deadline, call.deadlineAt + AFTER_ATTEMPT)
      const release = (): void => {
        deadlines.delete(deadline)
        inFlight.delete(inFlightCall)
        leave?.()
      }
      inFlight.add(inFlightCall)
      next(call).then(
        (answer) => {
          release()
          resolve(answer)
        },
        (error: unknown) => {
          release()
          reject(error)
        },
      )
    })
