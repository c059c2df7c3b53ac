import type { BodyOf, Endpoint, QueryOf } from '@qqkit/protocol'

import { callOptions, checkCallOptions } from '../checks/check-call-options.js'
import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { checkWait } from '../checks/check-timeout.js'
import { checkHeaders } from '../http/check-headers.js'
import { fillRoute, type PathParams, type QueryParams } from '../http/route-path.js'
import { isProactive } from '../limits/quota-class.js'
import { QuotaWait } from '../limits/quota-wait.js'
import { routeClassOf } from '../limits/route-class.js'
import type { HttpMethod, RestAnswer } from '../pipeline/call.js'
import type { Caller, CallOptions } from '../pipeline/caller.js'
import { isRepeatable } from './repeatable.js'

/** A method and path that the types do not know (yet), e.g. `'GET /v3/news'`. */
export type OtherEndpoint = `${HttpMethod} /${string}`

/** What a call of any endpoint takes. */
export interface RequestOptions extends CallOptions {
  /** Values for the `{…}` parts of the path; encoded for you. */
  readonly params?: PathParams
  readonly query?: QueryParams
  readonly body?: unknown
  /** Extra headers, names in lower case. */
  readonly headers?: Readonly<Record<string, string>>
  /** Lower goes first where calls wait; default 1. */
  readonly priority?: number
  /** How long a proactive message may wait for its quota ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}) before its `timeout` begins, in ms; see `rest.send`. */
  readonly quotaTimeout?: number
  /** Whether a repeat is harmless. Default: what is known of the endpoint; else yes, except for POST and PATCH. */
  readonly idempotent?: boolean
}

/** What a call of a known endpoint takes. */
export interface EndpointOptions<E extends Endpoint> extends Omit<RequestOptions, 'query' | 'body'> {
  readonly query?: QueryOf<E>
  readonly body?: BodyOf<E>
}

// No query and no segments of dots: what is put into the path by hand could change the route.
const ENDPOINT = /^(GET|POST|PUT|PATCH|DELETE) ((?:\/(?!\.{1,2}(?:\/|$))[^\s/?#]*)+)$/

/**
 * Calls an endpoint by method and path.
 *
 * @throws InvalidRequestError, RestError; `signal.reason` on abort
 */
export const requestEndpoint = async (
  caller: Caller,
  endpoint: string,
  options: RequestOptions,
): Promise<RestAnswer> => {
  checkCallOptions(options, callOptions.request)
  const [, method = '', route = ''] = ENDPOINT.exec(endpoint) ?? []
  if (route === '')
    throw new InvalidRequestError({
      path: 'endpoint',
      hint: 'give method and path, e.g. "GET /users/@me"; ids belong into params, the query into query',
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
  return caller.call(
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
