import { type InteractionCode, interactionWindowMs } from '@qqkit/protocol'

import { callOptions, checkCallOptions } from '../checks/call-options.js'
import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { fillRoute } from '../http/route-path.js'
import type { CallOptions, Client } from '../pipeline/client.js'

const ROUTE = '/interactions/{interaction_id}'
/** Highest priority: an acknowledgement counts for about 3 s after the click (§5.7). */
const HIGHEST_PRIORITY = 0
const HIGHEST_CODE = 5

/**
 * Acknowledgements of pressed buttons
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
   * Acknowledges an interaction. `timeout` defaults to 3 s, since a later acknowledgement is void.
   *
   * @example
   * await rest.interactions.ack(event.d.id)
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
        // Sources disagree about which appid header is needed; the other one is sent with the token.
        headers: { 'x-callback-appid': this.#appId },
        routeClass: 'interactions',
        priority: HIGHEST_PRIORITY,
        repeatability: 'idempotent',
      },
      { signal, timeout },
    )
  }
}
