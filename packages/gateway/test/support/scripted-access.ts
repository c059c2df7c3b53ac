import type { Access } from '@qqkit/core'

/** A good answer of `GET /gateway/bot`. */
export const gatewayAnswer = (
  over: {
    readonly total?: number
    readonly remaining?: number
    readonly reset_after?: number
    readonly shards?: number
    readonly max_concurrency?: number
  } = {},
): unknown => {
  const { shards = 1, ...limit } = over
  return {
    url: 'wss://gateway.invalid/websocket',
    shards,
    session_start_limit: {
      total: 1500,
      remaining: 1500,
      reset_after: 86_400_000,
      max_concurrency: 1,
      ...limit,
    },
  }
}

/** An access that answers what the test says, and counts. */
export class ScriptedAccess implements Access {
  readonly tokens: { readonly fresh: boolean }[] = []
  lookups = 0
  token_: () => Promise<string> = () => Promise.resolve(`AT_${this.tokens.length}`)
  gateway_: () => Promise<unknown> = () => Promise.resolve(gatewayAnswer())

  token(options: { readonly fresh?: boolean } = {}): Promise<string> {
    this.tokens.push({ fresh: options.fresh ?? false })
    return this.token_()
  }

  gateway(): Promise<unknown> {
    this.lookups += 1
    return this.gateway_()
  }
}
