import type { BodyOf, Endpoint, QueryOf } from '@qqkit/protocol'

import { callOptions, checkCallOptions, checkWait } from '../checks/call-options.js'
import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { fillRoute, type PathParams, type QueryParams, routeShape } from '../http/route-path.js'
import { isProactive, QuotaWait } from '../limits/quotas.js'
import { routeClassOf } from '../limits/route-class.js'
import type { HttpMethod, RestAnswer } from '../types/call.js'
import type { CallOptions, Client } from './client.js'

const PLAIN_METHODS: ReadonlySet<string> = new Set(['POST', 'PATCH'])

/** Whether a repeat is harmless, for endpoints where the method does not tell. */
const EXCEPTIONS: Readonly<Record<string, boolean>> = Object.freeze({
  // Publishes another thread each time (§5.11).
  'PUT /channels/{}/threads': false,
  // The older member list: it only reads (§5.8).
  'POST /v2/groups/{}/members': true,
})

/** Whether a repeat of this call is harmless. */
const isRepeatable = (method: string, route: string): boolean =>
  EXCEPTIONS[`${method} ${routeShape(route)}`] ?? !PLAIN_METHODS.has(method)

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
/** A valid header value. */
const VALUE = /^[\t\u0020-\u007E\u0080-\u00FF]*$/
/** Headers set by the client or the connection. */
const TAKEN: ReadonlySet<string> = new Set([
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'x-union-appid',
])

/**
 * Checks the extra headers of a call before anything is sent.
 *
 * @throws InvalidRequestError naming the header
 */
const checkHeaders = (headers: unknown): void => {
  if (headers === undefined) return
  if (typeof headers !== 'object' || headers === null)
    throw new InvalidRequestError({
      path: 'headers',
      hint: 'give an object of names and values',
      received: headers,
    })
  for (const [name, value] of Object.entries(headers)) {
    const path = `headers.${name}`
    if (!NAME.test(name))
      throw new InvalidRequestError({ path, hint: 'give the name in lower case, of letters, digits and -' })
    if (TAKEN.has(name)) throw new InvalidRequestError({ path, hint: 'is set by the client: leave it out' })
    // The value is not shown: it may be private.
    if (typeof value !== 'string' || !VALUE.test(value))
      throw new InvalidRequestError({
        path,
        hint: 'give a string of Latin-1 characters without line breaks',
      })
  }
}

/** A method and path that the types do not know (yet), e.g. `'GET /v3/news'`. */
export type OtherEndpoint = `${HttpMethod} /${string}`

/** Options of a call to any endpoint. */
export interface RequestOptions extends CallOptions {
  /** Values for the `{…}` placeholders of the path; they are encoded for you. */
  readonly params?: PathParams
  readonly query?: QueryParams
  readonly body?: unknown
  /** Extra headers, names in lower case. */
  readonly headers?: Readonly<Record<string, string>>
  /** Calls with a lower number go first when several wait for a rate limit; default 1. */
  readonly priority?: number
  /** How long a proactive message may wait for its quota ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}) before its `timeout` begins, in ms; see `rest.send`. */
  readonly quotaTimeout?: number
  /** Whether a repeat is harmless. Default: as known for the endpoint; otherwise true, except for POST and PATCH. */
  readonly idempotent?: boolean
}

/** Options of a call to a known endpoint. */
export interface EndpointOptions<E extends Endpoint> extends Omit<RequestOptions, 'query' | 'body'> {
  readonly query?: QueryOf<E>
  readonly body?: BodyOf<E>
}

// No query and no dot segments: they could change the route.
const ENDPOINT = /^(GET|POST|PUT|PATCH|DELETE) ((?:\/(?!\.{1,2}(?:\/|$))[^\s/?#]*)+)$/

/**
 * Calls an endpoint by method and path.
 *
 * @throws InvalidRequestError, RestError; `signal.reason` on abort
 */
export const requestEndpoint = async (
  client: Client,
  endpoint: string,
  options: RequestOptions,
): Promise<RestAnswer> => {
  checkCallOptions(options, callOptions.request)
  const [, method = '', route = ''] = ENDPOINT.exec(endpoint) ?? []
  if (route === '')
    throw new InvalidRequestError({
      path: 'endpoint',
      hint: 'give method and path, e.g. "GET /users/@me"; put ids into params and the query into query',
      received: endpoint,
    })
  const {
    params,
    query,
    body,
    headers,
    priority,
    idempotent = isRepeatable(method, route),
    quotaTimeout,
  } = options
  checkHeaders(headers)
  if (priority !== undefined && !Number.isFinite(priority))
    throw new InvalidRequestError({ path: 'priority', hint: 'give a number', received: priority })
  const routeClass = routeClassOf(method, route)
  const wait = quotaTimeout === undefined ? undefined : checkWait('quotaTimeout', quotaTimeout)
  return client.call(
    {
      method: method as HttpMethod,
      route,
      path: fillRoute(route, params, query),
      body,
      routeClass,
      ...(isProactive({ routeClass, route, body }) && { proactive: true }),
      ...(wait !== undefined && { quota: new QuotaWait(wait) }),
      target: String(Object.values(params ?? {})[0] ?? ''),
      repeatability: idempotent ? 'idempotent' : 'plain',
      ...(headers && { headers }),
      ...(priority !== undefined && { priority }),
    },
    options,
  )
}
