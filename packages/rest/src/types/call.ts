import type { Delivered, Situation } from './situation.js'

/** One thing that happened on the way to a result, other than the plain attempt. */
export type RestStep =
  /** The attempt failed and is repeated after `delay` ms. */
  | {
      readonly kind: 'retry'
      readonly situation: Situation
      readonly errCode: number | null
      readonly delivered: Delivered
      readonly delay: number
    }
  /** The message was changed and sent again; `name` is a row of the fallback table. */
  | {
      readonly kind: 'fallback'
      readonly name: string
      readonly errCode: number | null
      readonly reason: string
    }
  /** The number was taken by someone else; the next one is used. */
  | { readonly kind: 'next_seq'; readonly from: number; readonly to: number }

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
export type InterceptorNext = (call: RestCall) => Promise<RestAnswer>

/** One stage of the way out: passes the call on to `next`, any number of times, and returns an answer or throws. */
export type Interceptor = (call: RestCall, next: InterceptorNext) => Promise<RestAnswer>
