import type { CancelTimer, Clock } from '@qqkit/core'
import { onAbort } from '@qqkit/core/internal'

import { RestError } from '../../errors/rest-error.js'

/** Assumed lowest speed in bytes per ms: 50 kB/s. Slower connections need the option `timeout`. */
const SLOWEST = 50
/** Time for one attempt in ms, in addition to the time for its size. */
const ATTEMPT = 10_000

/** Time for the platform to download an address or to merge parts, in ms; how long that takes is not documented. */
export const platformAttempt = 60_000

/** Time for one attempt to send a number of bytes, in ms. */
export const attemptTime = (bytes: number): number => ATTEMPT + bytes / SLOWEST

/** The error of an upload after its deadline. */
const passed = (): RestError =>
  new RestError({
    code: 'deadline',
    message: 'the deadline of the upload has passed',
    situation: 'no_answer',
    delivered: 'unknown',
    retry: 'never',
    advice: {
      en: 'Give the upload more time (timeout). Uploading the same content again resumes where this attempt stopped.',
      zh: '请放宽上传时限（timeout）。再次上传相同内容时会从中断处继续。',
    },
  })

/** Fields of {@link UploadDeadline}. */
export interface UploadDeadlineInit {
  readonly clock: Clock
  /** The caller's signal. */
  readonly signal: AbortSignal | undefined
  /** Aborts when the client closes. */
  readonly closing: AbortSignal
  /** Time for everything in ms; `undefined`: depending on the content. */
  readonly timeout: number | undefined
}

/** Ends an upload when the caller aborts, when the client closes, and at its deadline. */
export class UploadDeadline {
  readonly clock: Clock
  /** The deadline, on the clock. */
  deadlineAt: number = Infinity
  readonly #controller = new AbortController()
  readonly #leave: (() => void)[] = []
  readonly #ownTime: boolean
  #cancel: CancelTimer | undefined

  constructor({ clock, signal, closing, timeout }: UploadDeadlineInit) {
    this.clock = clock
    this.#ownTime = timeout === undefined
    for (const outer of signal ? [signal, closing] : [closing]) {
      if (outer.aborted) this.#controller.abort(outer.reason)
      else this.#leave.push(onAbort(outer, () => this.#controller.abort(outer.reason)))
    }
    if (timeout !== undefined) this.#within(timeout)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Sending begins now and may take `ms`, plus the time for the size. */
  begin(ms: number, size: number): void {
    if (this.#ownTime) this.#within(ms + size / SLOWEST)
  }

  /** Removes the timer and the listeners. */
  end(): void {
    this.#cancel?.()
    for (const leave of this.#leave) leave()
  }

  #within(ms: number): void {
    this.#cancel?.()
    this.deadlineAt = this.clock.now() + ms
    this.#cancel = this.clock.setTimer(ms, () => this.#controller.abort(passed()))
  }
}
