import type { HttpAnswer } from '../core/kernel/effect.js'
import type { DispatchController, DispatchHandler } from './dispatch-types.js'

/** Reports an answer to a handler of undici, and nothing after its end. */
export class ResponseWriter {
  readonly #handler: DispatchHandler
  readonly #onAbort: () => void
  #ended = false
  #reason: Error | null = null
  readonly #controller: DispatchController

  constructor(handler: DispatchHandler, onAbort: () => void) {
    this.#handler = handler
    this.#onAbort = onAbort
    const reason = (): Error | null => this.#reason
    this.#controller = {
      get aborted() {
        return reason() !== null
      },
      get reason() {
        return reason()
      },
      paused: false,
      rawHeaders: null,
      rawTrailers: null,
      abort: (error) => this.#abort(error),
      // Answers are small and in memory, so there is nothing to pause.
      pause: () => {},
      resume: () => {},
    }
  }

  get ended(): boolean {
    return this.#ended
  }

  start(): void {
    if (this.#handler.onRequestStart) this.#handler.onRequestStart(this.#controller, null)
    else this.#handler.onConnect?.((error) => this.#abort(error ?? new Error('aborted')), null)
  }

  /** Reports the whole answer. */
  answer(answer: HttpAnswer): void {
    this.#head(answer)
    this.#data(Buffer.from(answer.body))
    if (this.#ended) return
    this.#ended = true
    if (this.#handler.onRequestStart) this.#handler.onResponseEnd?.(this.#controller, {})
    else this.#handler.onComplete?.([])
  }

  /** Reports the head and half of the body, without an end. */
  begin(answer: HttpAnswer): void {
    const body = Buffer.from(answer.body)
    this.#head({ ...answer, headers: { ...answer.headers, 'content-length': String(body.length) } })
    this.#data(body.subarray(0, body.length >> 1))
  }

  /** Reports a broken connection, in the middle of the answer if there is one. */
  break(answer: HttpAnswer | null): void {
    if (answer) this.begin(answer)
    this.fail(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }))
  }

  fail(error: Error): void {
    if (this.#ended) return
    this.#ended = true
    if (this.#handler.onRequestStart) this.#handler.onResponseError?.(this.#controller, error)
    else this.#handler.onError?.(error)
  }

  #abort(error: Error): void {
    if (this.#ended) return
    this.#reason = error
    this.#onAbort()
    this.fail(error)
  }

  #head({ status, headers }: HttpAnswer): void {
    if (this.#ended) return
    if (this.#handler.onRequestStart) {
      this.#handler.onResponseStart?.(this.#controller, status, { ...headers }, '')
      return
    }
    const raw = Object.entries(headers).flatMap(([name, value]) => [Buffer.from(name), Buffer.from(value)])
    this.#handler.onHeaders?.(status, raw, () => {}, '')
  }

  #data(chunk: Buffer): void {
    if (this.#ended || chunk.length === 0) return
    if (this.#handler.onRequestStart) this.#handler.onResponseData?.(this.#controller, chunk)
    else this.#handler.onData?.(chunk)
  }
}
