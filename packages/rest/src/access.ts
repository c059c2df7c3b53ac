import type { Access } from '@qqkit/core'
import { SingleFlight } from '@qqkit/core/internal'

import type { Client } from './pipeline/client.js'
import type { TokenProvider } from './token/token-provider.js'

/** Token and gateway address for a gateway. Its errors carry the marks of core's `AccessFault`. */
export class RestAccess implements Access {
  readonly #tokens: TokenProvider
  readonly #client: Client
  readonly #lookup = new SingleFlight<unknown>()

  constructor(tokens: TokenProvider, client: Client) {
    this.#tokens = tokens
    this.#client = client
  }

  async token({ fresh = false, signal }: { fresh?: boolean; signal?: AbortSignal } = {}): Promise<string> {
    const grant = await this.#client.track(() =>
      fresh ? this.#tokens.fresh(signal) : this.#tokens.get(signal),
    )
    return grant.token
  }

  /** Concurrent calls share one request. It is not repeated, because the gateway has its own retry policy. */
  gateway({ signal }: { readonly signal?: AbortSignal } = {}): Promise<unknown> {
    return this.#lookup.run(async (shared) => {
      const answer = await this.#client.call(
        {
          method: 'GET',
          route: '/gateway/bot',
          path: '/gateway/bot',
          body: undefined,
          routeClass: 'gateway',
          repeatability: 'idempotent',
          single: true,
        },
        { signal: shared },
      )
      return answer.body
    }, signal)
  }
}
