import type { Clock } from '@qqkit/core'
import {
  type Cancellation,
  type Deadline,
  type DeadlineQueue,
  type Linked,
  type LinkedQueue,
  onAbort,
  type Stoppable,
} from '@qqkit/core/internal'

import { RestError } from '../errors/rest-error.js'
import type { RestAnswer } from '../types/call.js'
import type { PipelineCall, PipelineStage } from './call.js'

/** An attempt in flight at the deadline knows whether it was sent, so its own timer fires first. */
const AFTER_ATTEMPT = 1
/** How long inner stages may take to notice the abort before the call rejects without them, in ms. */
const GRACE = 1000

const passed = (delivered: 'no' | 'unknown'): RestError =>
  new RestError({
    code: 'deadline',
    message: 'the deadline of the call has passed',
    situation: delivered === 'no' ? 'not_connected' : 'no_answer',
    delivered,
    retry: 'never',
    advice: {
      en: 'Give the call more time (timeout), or see in `steps` what it waited for.',
      zh: '请放宽调用时限（timeout），或查看 steps 了解时间花在哪里。',
    },
  })

/** A call in flight, which its deadline, its caller and the end of the client can stop. */
export class InFlightCall implements Deadline, Linked<InFlightCall>, Stoppable {
  due = 0
  index = -1
  prev: InFlightCall | null = null
  next: InFlightCall | null = null
  /** Knows whether an attempt may have been executed. */
  readonly cancellation: Cancellation
  readonly #deps: DeadlineStageDeps
  readonly #reject: (reason: unknown) => void
  readonly #leave: (() => void) | undefined
  #over = false

  constructor(
    deps: DeadlineStageDeps,
    { outer, cancellation, deadlineAt }: PipelineCall,
    reject: (reason: unknown) => void,
  ) {
    this.cancellation = cancellation
    this.#deps = deps
    this.#reject = reject
    // A bot shares one signal among all calls, so the listener must be removed.
    this.#leave = outer && onAbort(outer, () => this.stop(outer.reason))
    deps.deadlines.add(this, deadlineAt + AFTER_ATTEMPT)
    deps.inFlight.push(this)
  }

  /** Ends the call from outside. */
  stop(reason: unknown): void {
    this.release()
    this.cancellation.cancel(reason)
    this.#reject(reason)
  }

  onDeadline(): void {
    if (this.cancellation.cancelled) {
      this.stop(passed('unknown'))
      return
    }
    const { deadlines, clock } = this.#deps
    deadlines.add(this, clock.now() + GRACE)
    this.cancellation.cancel(passed('no'))
  }

  /** The call has ended. */
  release(): void {
    if (this.#over) return
    this.#over = true
    this.#deps.deadlines.delete(this)
    this.#deps.inFlight.remove(this)
    this.#leave?.()
  }
}

/** Dependencies of the deadline stage. */
export interface DeadlineStageDeps {
  readonly clock: Clock
  readonly deadlines: DeadlineQueue
  /** All calls in flight. */
  readonly inFlight: LinkedQueue<InFlightCall>
}

/**
 * Ends the call at its deadline, when the caller aborts, and when the client closes, which stops all `inFlight` calls.
 */
export const deadlineStage =
  (deps: DeadlineStageDeps): PipelineStage =>
  (next) =>
  (call) =>
    new Promise<RestAnswer>((resolve, reject) => {
      if (call.outer?.aborted) {
        reject(call.outer.reason as Error)
        return
      }
      const inFlight = new InFlightCall(deps, call, reject)
      next(call).then(
        (answer) => {
          inFlight.release()
          resolve(answer)
        },
        (error: unknown) => {
          inFlight.release()
          reject(error)
        },
      )
    })
