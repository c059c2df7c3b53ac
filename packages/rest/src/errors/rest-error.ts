import { type AccessFault, type Advice, QqkitError } from '@qqkit/core'
import { type ErrorFacts, type ErrorMeaning, lookUpError } from '@qqkit/protocol'

import type { RestStep } from '../types/call.js'
import type { Delivered, Repeat, Situation } from '../types/situation.js'

/** The error numbers of an answer as sent; `null` for a missing one. */
export interface ErrorNumbers {
  readonly code: number | null
  readonly errCode: number | null
}

/** Fields of a {@link RestError}. */
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

/**
 * A failed call, with everything that is known about the failure. Its texts contain no token and no secret.
 *
 * @example
 * try {
 *   await rest.send(target, 'Hello', { anchor: { msgId } })
 * } catch (error) {
 *   if (!RestError.is(error)) throw error
 *   if (error.delivered === 'no') await saveForLater(target, 'Hello')
 * }
 */
export class RestError extends QqkitError implements AccessFault {
  /** How the last attempt failed. */
  readonly situation: Situation
  /** Whether the request may have been executed, over all attempts. */
  readonly delivered: Delivered
  /** Whether a repeat could help. The retries that this package makes itself are over. */
  readonly retry: Repeat
  /**
   * The platform's error number that decided: the known one of `err_code` and `code`
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-9 §2.9}); `null` if there was none.
   */
  readonly errCode: number | null
  /**
   * Both error numbers as sent; they can differ
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-9 §2.9}).
   */
  readonly numbers: ErrorNumbers
  /** `null` when there was no answer. */
  readonly httpStatus: number | null
  /** `X-Tps-trace-ID` of the answer: quote it when asking the platform. */
  readonly traceId: string | null
  /** How long the platform asked to wait, in ms; `null` if it did not say. */
  readonly retryAfter: number | null
  /** For a gateway: whether to give up, slow down, or try again. */
  readonly access: AccessFault['access']
  /** Retries and fallbacks before this failure, in order. */
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

  /** The row of the error table for this failure and endpoint; `null` if there is none. */
  get facts(): ErrorFacts | null {
    const { errCode, numbers, message } = this
    if (this.#facts === undefined) this.#facts = lookUpError({ errCode, code: numbers.code, message }) ?? null
    return this.#facts
  }

  /** Whether `value` is a `RestError`, even from another copy of the package. */
  static override is(value: unknown): value is RestError {
    return QqkitError.is(value) && 'situation' in value && 'delivered' in value
  }
}

/** Fields of a {@link TokenError}. */
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

/** The situation of a call that got no token. */
export const tokenSituations: Readonly<Record<AccessFault['access'], Situation>> = Object.freeze({
  fatal: 'refused',
  rate_limited: 'limited',
  unavailable: 'no_token',
})

/**
 * No access token was available, so the attempt was not made. `access` says whether to give up, slow down or try again.
 */
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

/**
 * Whether a failure has a certain meaning, by its error number or its text.
 *
 * @example
 * if (RestError.is(error) && failureMeans(error, 'anchorDead')) console.log('too late for a reply')
 */
export const failureMeans = ({ facts }: RestError, meaning: ErrorMeaning): boolean =>
  facts?.[meaning] === true

/** Fields that an outer stage may override. */
export type ErrorContext = Partial<
  Pick<RestErrorInit, 'code' | 'delivered' | 'retry' | 'retryAfter' | 'steps' | 'cause' | 'advice'>
>

/** A copy of the error, of the same class, with fields that only an outer stage knows, such as earlier attempts. */
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
