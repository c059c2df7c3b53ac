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

/** An attempt that is under way at the deadline knows whether it had left, so its own timer goes first. */
const AFTER_ATTEMPT = 1
/** How long a stage may take to notice the abort before the caller is told without it. */
const GRACE = 1000

const passed = (delivered: 'no' | 'unknown'): RestError =>
  new RestError({
    code: 'deadline',
    message: 'the time for the whole call is over',
    situation: delivered === 'no' ? 'not_connected' : 'lost',
    delivered,
    retry: 'never',
    advice: {
      en: 'Give the call more time (timeout), or look at the steps to see what it waited for.',
      zh: '请放宽调用时限（timeout），或查看 steps 了解时间花在哪里。',
    },
  })

/** A call under way, which can be ended from outside. */
export interface InFlightCall extends Indexed, Stoppable {
  /** Knows whether anything of it may have been executed. */
  readonly cancellation: Cancellation
}

/** Bounds the whole call: by its deadline, by the caller's signal, and by the end of the client, which ends all `live` calls. */
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
      // A bot's signal is shared by all that it sends.
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
