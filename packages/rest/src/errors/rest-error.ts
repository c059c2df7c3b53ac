import { type AccessFault, type Advice, QqkitError } from '@qqkit/core'
import { type ErrorFacts, type ErrorMeaning, lookUpError } from '@qqkit/protocol'

import type { RestStep } from '../types/call.js'
import type { Delivered, Repeat, Situation } from '../types/situation.js'

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

/** What a {@link TokenError} is made of. */
export interface TokenErrorInit extends Partial<
  Pick<
    RestErrorInit,
    | 'delivered'
    | 'retry'
    | 'errCode'
    | 'numbers'
    | 'facts'
    | 'httpStatus'
    | 'traceId'
    | 'retryAfter'
    | 'steps'
    | 'cause'
    | 'advice'
  >
> {
  readonly access: AccessFault['access']
  readonly message: string
}

/** How a call ends that could not be made for want of a token. */
export const tokenSituations: Readonly<Record<AccessFault['access'], Situation>> = Object.freeze({
  fatal: 'refused',
  rate_limited: 'limited',
  unavailable: 'no_token',
})

/** No access token could be had, so the attempt was not made. `access` says whether to give up, slow down or try again. */
export class TokenError extends RestError {
  constructor(init: TokenErrorInit) {
    super({
      ...init,
      code: `token_${init.access}`,
      situation: tokenSituations[init.access],
      delivered: init.delivered ?? 'no',
      retry: init.retry ?? (init.access === 'fatal' ? 'never' : 'backoff'),
    })
  }
}

/** Whether a failure has one of the meanings that open a way out, by its numbers or by its text. */
export const failureMeans = ({ facts }: RestError, meaning: ErrorMeaning): boolean =>
  facts?.[meaning] === true

/** What an outer stage may know better. */
export type ErrorContext = Partial<
  Pick<RestErrorInit, 'code' | 'delivered' | 'retry' | 'retryAfter' | 'steps' | 'cause' | 'advice'>
>

/** The same error, of the same class, with what only an outer stage knows: what was tried before, what all attempts say. */
export const withErrorContext = (error: RestError, change: ErrorContext): RestError => {
  const init = {
    code: error.code,
    message: error.message,
    situation: error.situation,
    delivered: error.delivered,
    retry: error.retry,
    errCode: error.errCode,
    numbers: error.numbers,
    facts: error.facts,
    httpStatus: error.httpStatus,
    traceId: error.traceId,
    retryAfter: error.retryAfter,
    access: error.access,
    advice: error.advice,
    steps: error.steps,
    cause: error.cause,
    ...change,
  }
  const next = error instanceof TokenError ? new TokenError(init) : new RestError(init)
  if (error.stack !== undefined) next.stack = error.stack
  return next
}
