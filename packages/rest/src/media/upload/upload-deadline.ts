import type { CancelTimer, Clock } from '@qqkit/core'
import { onAbort } from '@qqkit/core/internal'

import { RestError } from '../../errors/rest-error.js'

/** Bytes in a ms that any connection is believed to carry: 50 kB/s. Slower ones need a `timeout` of their own. */
const SLOWEST = 50
/** ms for one attempt besides what its size needs. */
const ATTEMPT = 10_000

/** ms for the platform to do its own part: download an address, or put parts together. Nobody knows how long that takes. */
export const platformAttempt = 60_000

/** ms for one attempt to send so many bytes. */
export const attemptTime = (bytes: number): number => ATTEMPT + bytes / SLOWEST

/** The time for an upload is over. */
const passed = (): RestError =>
  new RestError({
    code: 'deadline',
    message: 'the time for the whole upload is over',
    situation: 'lost',
    delivered: 'unknown',
    retry: 'never',
    advice: {
      en: 'Give the upload more time (timeout). The next one of the same content goes on where this one stopped.',
      zh: '请放宽上传时限（timeout）。再次上传相同内容时会从中断处继续。',
    },
  })

/** What bounds an upload. */
export interface UploadDeadlineInit {
  readonly clock: Clock
  /** The caller's own cancellation. */
  readonly signal: AbortSignal | undefined
  /** Aborts with the client. */
  readonly closing: AbortSignal
  /** ms for everything; `undefined`: what the content needs. */
  readonly timeout: number | undefined
}

/** When an upload ends, whatever it is doing: with its caller, with the client, and when its time is over. */
export class UploadDeadline {
  readonly clock: Clock
  /** Time on the clock at which it is given up. */
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

  /** The content is there and is going to be sent: from now on that may take `ms`, and what its size needs. */
  begin(ms: number, size: number): void {
    if (this.#ownTime) this.#within(ms + size / SLOWEST)
  }

  /** Nothing is waited for any more. */
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
