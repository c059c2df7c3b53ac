import { QqkitError, type AccessFault, type Advice } from '@qqkit/core'
import { lookUpError, type ErrorFacts } from '@qqkit/protocol'

import type { RestStep } from '../pipeline/step.js'
import type { Delivered, Repeat, Situation } from './situation.js'

/** The numbers of an error body as sent; `null` for one that it does not name. */
export interface ErrorNumbers {
  readonly code: number | null
  readonly errCode: number | null
}

/** What a {@link RestError} is made of. */
export interface RestErrorInit {
  readonly code: string
  readonly message: string
  readonly situation: Situation
  readonly delivered: Delivered
  readonly retry: Repeat
  readonly errCode?: number | null
  /** Default: `errCode` as the only one. */
  readonly numbers?: ErrorNumbers
  /** Default: what the tables know about `errCode` and `message`; `null` for nothing. */
  readonly facts?: ErrorFacts | null
  readonly httpStatus?: number | null
  readonly traceId?: string | null
  readonly retryAfter?: number | null
  readonly access?: AccessFault['access']
  readonly advice?: Advice | undefined
  readonly steps?: readonly RestStep[]
  readonly cause?: unknown
}

/** A call that did not succeed, with everything that was known where it failed. Its texts hold no token and no secret. */
export class RestError extends QqkitError implements AccessFault {
  /** How the last attempt failed. */
  readonly situation: Situation
  /** Whether the request may have been executed, over all attempts. */
  readonly delivered: Delivered
  /** Whether a repeat could help. The retries that this package makes itself are over. */
  readonly retry: Repeat
  /**
   * The platform's own number that decided: of `err_code` and `code` the one that is known
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-9 §2.9}); `null` when it
   * gave none.
   */
  readonly errCode: number | null
  /**
   * Both numbers as sent; they can differ
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-9 §2.9}).
   */
  readonly numbers: ErrorNumbers
  /** `null` when there was no answer. */
  readonly httpStatus: number | null
  /** `X-Tps-trace-ID` of the answer: quote it when asking the platform. */
  readonly traceId: string | null
  /** ms the platform asked to wait; `null` when it did not say. */
  readonly retryAfter: number | null
  /** For those who need a token or the gateway: whether to give up, slow down, or try again. */
  readonly access: AccessFault['access']
  /** What was tried before: retries and fallbacks, in order. */
  readonly steps: readonly RestStep[]
  #facts: ErrorFacts | null | undefined

  constructor(init: RestErrorInit) {
    super({ code: init.code, message: init.message, advice: init.advice, cause: init.cause })
    this.situation = init.situation
    this.delivered = init.delivered
    this.retry = init.retry
    this.errCode = init.errCode ?? null
    this.numbers = init.numbers ?? { code: null, errCode: this.errCode }
    this.#facts = init.facts
    this.httpStatus = init.httpStatus ?? null
    this.traceId = init.traceId ?? null
    this.retryAfter = init.retryAfter ?? null
    this.access = init.access ?? 'unavailable'
    this.steps = init.steps ?? []
  }

  /** What the error tables know about the failure, at the endpoint it came from; `null` for nothing. */
  get facts(): ErrorFacts | null {
    const { errCode, numbers, message } = this
    if (this.#facts === undefined) this.#facts = lookUpError({ errCode, code: numbers.code, message }) ?? null
    return this.#facts
  }

  /** Whether `value` is a REST error, whichever copy of the package made it. */
  static override is(value: unknown): value is RestError {
    return QqkitError.is(value) && 'situation' in value && 'delivered' in value
  }
}
