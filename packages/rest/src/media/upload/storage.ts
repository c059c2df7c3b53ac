import { Cancellation } from '@qqkit/core/internal'

import type { StreamBody } from '../../http/stream-body.js'
import type { LiveNext, RestAnswer } from '../../pipeline/call.js'
import { attemptTime } from './terms.js'
import type { CallTerms } from './upload-calls.js'

/** Shown in place of the addresses that parts are put to: they are secrets. */
const ROUTE = '{presigned_url}'

/**
 * The object storage behind the platform. It checks signatures of its own and takes no token
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
 */
export class Storage {
  readonly #send: LiveNext

  /** @param send deadline → retry → limiter → attempt, without authorization */
  constructor(send: LiveNext) {
    this.#send = send
  }

  /**
   * Puts bytes to a presigned address.
   *
   * @throws RestError; what reading the body throws; `signal.reason` on abort
   */
  put(url: string, body: StreamBody, { signal, deadlineAt }: CallTerms): Promise<RestAnswer> {
    return this.#send({
      method: 'PUT',
      route: ROUTE,
      path: url,
      body,
      content: body,
      headers: {},
      routeClass: 'storage',
      target: '',
      priority: 1,
      repeatability: 'idempotent',
      attemptTimeout: attemptTime(body.length),
      deadlineAt,
      outer: signal,
      cancellation: new Cancellation(),
    })
  }
}
