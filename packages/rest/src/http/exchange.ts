import type { Readable } from 'node:stream'

import type { LimitPermit } from '@qqkit/core'
import {
  type Cancellation,
  type Deadline,
  type DeadlineQueue,
  isError,
  messageOf,
  type Stoppable,
} from '@qqkit/core/internal'
import type { Dispatcher } from 'undici'

import type { RequestSender } from './sockets.js'

/** A request as undici takes it. */
export interface HttpRequest {
  readonly origin: string
  readonly path: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Names and values alternate. */
  readonly headers: string[]
  readonly body: string | Readable | null
  /** Undici's timers are off: the injected clock bounds the whole exchange. */
  readonly headersTimeout: 0
  readonly bodyTimeout: 0
}

/** A complete answer. */
export interface HttpReply {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** As received, possibly compressed; `null` without a body. */
  readonly body: Buffer | null
}

/** An exchange without a complete answer. */
export class WireFault extends Error {
  /** Whether sending had begun; if not, the request cannot have been executed. */
  readonly started: boolean
  /** Whether our own timer ended the exchange. */
  readonly timedOut: boolean

  constructor(message: string, started: boolean, timedOut: boolean, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'WireFault'
    this.started = started
    this.timedOut = timedOut
  }
}

/** The exchange was held back when it was about to leave: its permit was late. */
export class HeldBack extends Error {
  constructor() {
    super('the permit is too old')
    this.name = 'HeldBack'
  }
}

/** The reason given to undici when we end an exchange. */
const givenUp = (): Error => new Error('given up')

/** Bounds of an exchange. Times are on the clock. */
export interface ExchangeInit {
  readonly deadlines: DeadlineQueue
  readonly started: number
  /** When the answer must be complete. */
  readonly due: number
  /** When sending must have begun; default `due`. */
  readonly leaveBy?: number
  readonly cancellation: Cancellation
  /** Open requests to the host. */
  readonly traffic?: HostTraffic | undefined
  /** Asked when sending begins. */
  readonly permit?: Pick<LimitPermit, 'isLate'> | undefined
}

/** Open requests to one host. */
export interface HostTraffic {
  /** Requests that are being sent or answered: while there are some, the host is reachable. */
  open: number
}

/**
 * Collects one answer. Used with `dispatch()` instead of `request()`, because only a handler learns when sending begins
 * (ADR 0006).
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

  /** Whether its caller has left: it needs no connection any more. */
  get isOver(): boolean {
    return this.#over
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

  /** Ends the exchange, unless the deadline was only that for sending and sending has begun. */
  onDeadline(): void {
    if (this.#over) return
    const { deadlines, due } = this.#limits
    if (this.#started && this.due < due) {
      deadlines.add(this, due)
      return
    }
    const ms = Math.round(this.due - this.#limits.started)
    this.stop(new WireFault(`no complete answer within ${ms} ms`, this.#started, true))
  }

  /** Ends the exchange from our side: rejects at once, and a request that was not sent stays unsent. */
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
    const { cancellation, traffic, permit } = this.#limits
    // A dispatcher that begins a request again may have sent it before.
    if (!this.#started && permit?.isLate?.()) {
      this.stop(new HeldBack())
      controller.abort(givenUp())
      return
    }
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
    // `started` stays true whatever the error code: an established connection can fail with the codes of a refused one.
    this.#reject(new WireFault(messageOf(error), this.#started, false, error))
  }
}

/**
 * Makes one HTTP exchange.
 *
 * @throws WireFault without a complete answer; HeldBack; the reason of the cancellation, at once
 */
export const exchange = (
  dispatcher: RequestSender,
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
      // A dispatcher interceptor that is wrongly async: its rejection would otherwise end the process.
      if (begun instanceof Promise) begun.catch(fail)
    } catch (error) {
      fail(error)
    }
  })

/** Whether the host could not be reached. A request that only found no free connection in time does not prove that. */
export const isUnreachable = ({ started, timedOut }: WireFault, traffic: HostTraffic | undefined): boolean =>
  !started && !(timedOut && traffic !== undefined && traffic.open > 0)
