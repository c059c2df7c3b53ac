import type { Cancellation } from '@qqkit/core/internal'

import type { Situation } from '../errors/situation.js'
import type { EncodedBody } from '../http/encode-body.js'
import type { QuotaWait } from '../limits/quota-wait.js'
import type { RestStep } from './step.js'

/**
 * HTTP methods of the API ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5 §5}).
 */
export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * What a repeat would do: `idempotent` changes nothing more, `keyed` is recognised by the platform as the same message
 * (`msg_id` + `msg_seq`,
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-2 §6.2}), `plain` may do the
 * same thing twice.
 */
export type Repeatability = 'idempotent' | 'keyed' | 'plain'

/** One call on its way out. A middleware passes it on, or a changed copy. */
export interface RestCall {
  readonly method: HttpMethod
  /** The path with its parameters unfilled, e.g. `/v2/users/{user_openid}/messages`. */
  readonly route: string
  /** The path as it is sent, encoded, with its query. */
  readonly path: string
  /** A JSON value, a `StreamBody`, or `undefined` for no body. */
  readonly body: unknown
  /** Extra headers, names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Which limit it draws from. */
  readonly routeClass: string
  /** What that limit counts per; empty for the whole bot. */
  readonly target: string
  /** Lower goes first where calls wait for a place. */
  readonly priority: number
  /**
   * A message that replies to nothing, which draws on a quota besides the limit
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}).
   */
  readonly proactive?: boolean | undefined
  readonly repeatability: Repeatability
  /** Made once: who asks has a ladder of its own. A refused token is renewed all the same. */
  readonly single?: boolean | undefined
  /**
   * Codes and situations that the retry stage leaves alone: the caller has a rhythm or a way of its own for them
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
   */
  readonly unrepeated?: readonly (number | Situation)[] | undefined
  /** ms for one attempt, where the usual ones are too few. */
  readonly attemptTimeout?: number | undefined
  /** Time on the clock at which the whole call is given up. */
  readonly deadlineAt: number
  /** Aborts with the caller, with the deadline and when the client closes. */
  readonly signal: AbortSignal
}

/** Of a call without extra headers. */
export const noHeaders: RestCall['headers'] = Object.freeze({})

/** A call inside of the pipeline. */
export interface LiveCall extends Omit<RestCall, 'signal'> {
  /** `body` as it goes over the wire. */
  readonly content: EncodedBody
  /** The caller's own signal. */
  readonly outer: AbortSignal | undefined
  /** Comes with the caller, with the deadline and when the client closes. */
  readonly cancellation: Cancellation
  /** How long a proactive message may wait for its quota; absent: as the client's option says. */
  readonly quota?: QuotaWait | undefined
}

/** A successful answer. */
export interface RestAnswer {
  readonly status: number
  /** The parsed body; `null` when it is empty. */
  readonly body: unknown
  readonly traceId: string | null
  /** Retries that came before it. */
  readonly steps: readonly RestStep[]
}

/** The rest of the way out. */
export type Next = (call: RestCall) => Promise<RestAnswer>

/** One stage of the way out: passes the call on to `next`, any number of times, and returns an answer or throws. */
export type Middleware = (call: RestCall, next: Next) => Promise<RestAnswer>

/** The rest of the way out, inside of the pipeline. */
export type LiveNext = (call: LiveCall) => Promise<RestAnswer>

/** One of the pipeline's own stages. */
export type Stage = (call: LiveCall, next: LiveNext) => Promise<RestAnswer>
