/**
 * The payload of Identify
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-3 §3.3}).
 */
export interface IdentifyPayload {
  /** `QQBot {access_token}`; without the prefix the server answers op 9 and no text. */
  readonly token: string
  /**
   * Sum of intent values
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-8 §3.8}).
   */
  readonly intents: number
  /**
   * `[index, count]`; `[0, 1]` when unsharded
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-9 §3.9}).
   */
  readonly shard?: readonly [index: number, count: number]
  /** Optional and without effect, e.g. `{ $os: 'linux' }`. */
  readonly properties?: Readonly<Record<string, string>>
}

/**
 * The payload of Resume
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-5 §3.5}).
 */
export interface ResumePayload {
  /**
   * `QQBot {access_token}`. CONFLICT
   * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-5 §3.5}: one official SDK
   * sends the bare token here.
   */
  readonly token: string
  readonly session_id: string
  /** The last `s` that was handled; everything after it is sent again. */
  readonly seq: number
}

/**
 * The payload of HELLO ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-3 §3.3}).
 */
export interface HelloPayload {
  /** Milliseconds between heartbeats; the docs show 45000, 41250 was measured. */
  readonly heartbeat_interval: number
}

/**
 * The bot as READY names it; the id is its guild-style number, not an openid
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-3 §3.3}).
 */
export interface ReadyUser {
  readonly id: string
  readonly username: string
  readonly bot?: boolean
  readonly status?: number
}

/**
 * The payload of READY, the answer to Identify
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-3 §3.3}).
 */
export interface ReadyPayload {
  readonly version: number
  readonly session_id: string
  readonly user: ReadyUser
  /**
   * CONFLICT {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-3 §3.3}: the docs
   * example shows `[0, 0]`, `[0, 1]` was measured.
   */
  readonly shard?: readonly [index: number, count: number]
}

/**
 * The payload of RESUMED: an empty string
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-5 §3.5}).
 */
export type ResumedPayload = '' | null | undefined | Readonly<Record<string, never>>

/**
 * The payload of op 9. CONFLICT
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-6 §3.6}: `true` means that
 * Resume may be tried; the docs give no payload.
 */
export type InvalidSessionPayload = boolean | null | undefined
