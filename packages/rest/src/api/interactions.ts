import { type InteractionCode, interactionWindowMs } from '@qqkit/protocol'

import { callOptions, checkCallOptions } from '../checks/call-options.js'
import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { fillRoute } from '../http/route-path.js'
import type { CallOptions, Client } from '../pipeline/client.js'

const ROUTE = '/interactions/{interaction_id}'
/** Before everything else: there are about 3 s from the click (§5.7). */
const FIRST = 0
const HIGHEST_CODE = 5

/**
 * Answers to pressed buttons
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-7 §5.7}).
 */
export class Interactions {
  readonly #client: Client
  readonly #appId: string

  constructor(client: Client, appId: string) {
    this.#client = client
    this.#appId = appId
  }

  /**
   * Acknowledges an interaction. Tried for 3 s unless `timeout` says otherwise: about so long after the click it is void.
   *
   * @param interactionId the inner `d.id`
   * @param code 0 ok (default), 1 failed, 2 too frequent, 3 repeated, 4 no permission, 5 admin only
   * @throws RestError, InvalidRequestError
   */
  async ack(interactionId: string, code: InteractionCode = 0, options: CallOptions = {}): Promise<void> {
    checkCallOptions(options, callOptions.call)
    const { signal, timeout = interactionWindowMs } = options
    if (!Number.isInteger(code) || code < 0 || code > HIGHEST_CODE)
      throw new InvalidRequestError({ path: 'code', hint: 'one of 0, 1, 2, 3, 4, 5', received: code })
    const path = fillRoute(ROUTE, { interaction_id: interactionId })
    await this.#client.call(
      {
        method: 'PUT',
        route: ROUTE,
        path,
        body: { code },
        // Clients do not agree on which of the two headers it takes: the other one comes with the token.
        headers: { 'x-callback-appid': this.#appId },
        routeClass: 'interactions',
        priority: FIRST,
        repeatability: 'idempotent',
      },
      { signal, timeout },
    )
  }
}
