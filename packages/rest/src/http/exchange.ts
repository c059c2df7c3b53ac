import type { Readable } from 'node:stream'

import {
  type Cancellation,
  type Deadline,
  type DeadlineQueue,
  isError,
  messageOf,
  type Stoppable,
} from '@qqkit/core/internal'
import type { Dispatcher } from 'undici'

/** What goes over the wire. */
export interface HttpRequest {
  readonly origin: string
  readonly path: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Names and values in turn. */
  readonly headers: string[]
  readonly body: string | Readable | null
  /** Undici's own timers are off: the clock's cover the whole exchange. */
  readonly headersTimeout: 0
  readonly bodyTimeout: 0
}

/** What came back, whole. */
export interface HttpReply {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** As it came, maybe encoded; `null` without any. */
  readonly body: Buffer | null
}

/** An exchange without a whole answer. */
export class WireFault extends Error {
  /** Whether the request had begun to leave: if not, it cannot have been executed. */
  readonly started: boolean
  /** Whether it was our own timer that ended it. */
  readonly timedOut: boolean

  constructor(message: string, started: boolean, timedOut: boolean, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'WireFault'
    this.started = started
    this.timedOut = timedOut
  }
}

/** What undici is told when we end an exchange. */
const givenUp = (): Error => new Error('given up')

/** How an exchange is bounded. Times on the clock. */
export interface ExchangeInit {
  readonly deadlines: DeadlineQueue
  readonly started: number
  /** For everything, the last byte of the body included. */
  readonly due: number
  /** For the request to begin to leave; default `due`. */
  readonly leaveBy?: number
  readonly cancellation: Cancellation
  /** The host it goes to. */
  readonly traffic?: HostTraffic | undefined
}

/** What is known of the way to a host. */
export interface HostTraffic {
  /** Requests under way that have begun to leave: while there are some, the host can be reached. */
  open: number
}

/**
 * Collects one answer. Handed to the dispatcher itself instead of going through its `request()`, because only a handler
 * learns the moment at which a request begins to leave.
 */
class Exchange implements Dispatcher.DispatchHandler, Deadline, Stoppable {
  index = -1
  due: number
  #controller: Dispatcher.DispatchController | undefined
  #over = false
  #status = 0
  #headers: HttpReply['headers'] = {}
  #chunk: Buffer | undefined
  #chunks: Buffer[] | undefined
  readonly #limits: ExchangeInit
  readonly #resolve: (reply: HttpReply) => void
  readonly #reject: (error: unknown) => void

  constructor(limits: ExchangeInit, resolve: (reply: HttpReply) => void, reject: (error: unknown) => void) {
    this.#resolve = resolve
    this.#reject = reject
    this.#limits = limits
    this.due = limits.leaveBy ?? limits.due
    limits.deadlines.add(this, this.due)
    limits.cancellation.attach(this)
  }

  get #started(): boolean {
    return this.#controller !== undefined
  }

  #release(): void {
    const { deadlines, cancellation, traffic } = this.#limits
    this.#over = true
    deadlines.delete(this)
    cancellation.detach(this)
    if (traffic && this.#started) traffic.open -= 1
  }

  /** Its time is over, unless it was that for leaving, and it has left. */
  onDeadline(): void {
    if (this.#over) return
    const { deadlines, due } = this.#limits
    if (this.#started && this.due < due) {
      deadlines.add(this, due)
      return
    }
    const ms = Math.round(this.due - this.#limits.started)
    this.stop(new WireFault(`no whole answer within ${ms} ms`, this.#started, true))
  }

  /** Ends it from our side: rejects now, and keeps what has not left from leaving. */
  stop(reason: unknown): void {
    if (this.#over) return
    this.#release()
    this.#controller?.abort(givenUp())
    this.#reject(reason)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#over) {
      controller.abort(givenUp())
      return
    }
    const { cancellation, traffic } = this.#limits
    if (traffic && !this.#started) traffic.open += 1
    this.#controller = controller
    cancellation.exposed = true
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: HttpReply['headers'],
  ): void {
    this.#status = status
    this.#headers = headers
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#chunk) this.#chunk = chunk
    else (this.#chunks ??= [this.#chunk]).push(chunk)
  }

  onResponseEnd(): void {
    if (this.#over) return
    this.#release()
    const body = this.#chunks ? Buffer.concat(this.#chunks) : (this.#chunk ?? null)
    this.#resolve({ status: this.#status, headers: this.#headers, body })
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#over) return
    this.#release()
    // No code takes a start back: a connection that was made can end with the codes of one that was not.
    this.#reject(new WireFault(messageOf(error), this.#started, false, error))
  }
}

/**
 * Makes one HTTP exchange.
 *
 * @throws WireFault without a whole answer, or the reason of the call's end, at once
 */
export const exchange = (
  dispatcher: Dispatcher,
  request: HttpRequest,
  limits: ExchangeInit,
): Promise<HttpReply> =>
  new Promise((resolve, reject) => {
    limits.cancellation.throwIfCancelled()
    const handler = new Exchange(limits, resolve, reject)
    const fail = (error: unknown): void =>
      handler.onResponseError(null, isError(error) ? error : new Error(messageOf(error)))
    try {
      const begun: unknown = dispatcher.dispatch(request, handler)
      // An interceptor that is async where it must not be: what it throws would otherwise end the process.
      if (begun instanceof Promise) begun.catch(fail)
    } catch (error) {
      fail(error)
    }
  })

/** Whether a request failed to reach its host. One that found no free connection in time says nothing of it. */
export const isUnreachable = ({ started, timedOut }: WireFault, traffic: HostTraffic | undefined): boolean =>
  !started && !(timedOut && traffic !== undefined && traffic.open > 0)
