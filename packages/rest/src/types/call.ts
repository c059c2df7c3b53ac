import type { Delivered, Situation } from './situation.js'

/** One thing that happened on the way to a result, other than the plain attempt. */
export type RestStep =
  /** The attempt failed and was repeated after `delay` ms. */
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
  /** The `msg_seq` was already used, so the message was sent under another one. */
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

/** One call, as an interceptor sees it. Pass it to `next`, or pass a changed copy. */
export interface RestCall {
  readonly method: HttpMethod
  /** The path with its parameters unfilled, e.g. `/v2/users/{user_openid}/messages`. */
  readonly route: string
  /** The path as it is sent: encoded, with the query. */
  readonly path: string
  /** A JSON value, a `StreamBody`, or `undefined` for no body. */
  readonly body: unknown
  /** Extra headers, names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The rate limit that counts this call. */
  readonly routeClass: string
  /** What the limit is counted for, e.g. a channel id; empty for the whole bot. */
  readonly target: string
  /** Calls with a lower number go first when several wait for a rate limit. */
  readonly priority: number
  /**
   * A message without an anchor. It counts against a quota in addition to the rate limit
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}).
   */
  readonly proactive?: boolean | undefined
  readonly repeatability: Repeatability
  /** Made once, because the caller repeats the call itself. A refused token is still renewed. */
  readonly single?: boolean | undefined
  /**
   * Error codes and situations that the retry stage does not repeat, because the caller handles them itself
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
   */
  readonly unrepeated?: readonly (number | Situation)[] | undefined
  /** Time for one attempt in ms; default: the option `attemptTimeout`. */
  readonly attemptTimeout?: number | undefined
  /** Deadline of the whole call, on the client's clock. */
  readonly deadlineAt: number
  /** Aborts when the caller aborts, at the deadline, and when the client closes. */
  readonly signal: AbortSignal
}

/** What a {@link SendGate} is asked about. */
export interface GatedAttempt {
  /** Whether the platform would recognise a repeat of this request (`msg_id` + `msg_seq`). */
  readonly keyed: boolean
  /** Aborts when the caller aborts, at the deadline, and when the client closes. */
  readonly signal: AbortSignal
}

/**
 * Is asked directly before each request of a message, after all waits for limits, pauses and tokens: whether it may go out now, and to
 * write down that it goes out.
 */
export interface SendGate {
  /** The request is made when this returns or resolves. What it throws is thrown by the send, and is not repeated. */
  pass(attempt: GatedAttempt): void | Promise<void>
}

/** Shared by all calls without extra headers. */
export const noHeaders: RestCall['headers'] = Object.freeze({})

/** A successful answer. */
export interface RestAnswer {
  readonly status: number
  /** The parsed body; `null` when it is empty. */
  readonly body: unknown
  readonly traceId: string | null
  /** Retries before this answer. */
  readonly steps: readonly RestStep[]
}

/** The rest of the pipeline. */
export type InterceptorNext = (call: RestCall) => Promise<RestAnswer>

/**
 * A pipeline stage of your own, given to `rest.use()`: calls `next(call)` any number of times, and returns an answer or
 * throws.
 *
 * @example
 * rest.use(async (call, next) => {
 *   const answer = await next({ ...call, headers: { ...call.headers, 'x-request-source': 'shop' } })
 *   console.log(call.method, call.route, answer.status)
 *   return answer
 * })
 */
export type Interceptor = (call: RestCall, next: InterceptorNext) => Promise<RestAnswer>
