/**
 * The answer of `GET /gateway`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-1 §3.1}).
 */
export interface GatewayUrl {
  readonly url: string
}

/**
 * How many sessions may be created
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-1 §3.1}).
 */
export interface SessionStartLimit {
  /** Sessions per 24 hours. */
  readonly total: number
  /** Sessions that are left. An Identify uses one; whether a Resume does is unknown. */
  readonly remaining: number
  /** Milliseconds until the count resets. */
  readonly reset_after: number
  /** Sessions that may be created per 5 seconds. */
  readonly max_concurrency: number
}

/**
 * The answer of `GET /gateway/bot`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-1 §3.1}).
 */
export interface GatewayBot {
  /**
   * The URL to connect to, with or without a trailing slash. Never change its host
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-1 §2.1}).
   */
  readonly url: string
  /** Suggested number of shards. */
  readonly shards: number
  readonly session_start_limit: SessionStartLimit
}
