import type { GatewayEvent } from '../events/gateway-event.js'
import type {
  HelloPayload,
  IdentifyPayload,
  InvalidSessionPayload,
  ResumePayload,
} from '../objects/session.js'

/**
 * Op 1, in both directions: `d` is the last received `s`, `null` before the first
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-4 §3.4}). A heartbeat
 * from the server is answered at once: over WebSocket with op 1, over webhook with op 11.
 */
export interface HeartbeatFrame {
  readonly op: 1
  readonly d?: number | null
}

/**
 * Op 2, bot → server ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-3 §3.3}).
 */
export interface IdentifyFrame {
  readonly op: 2
  readonly d: IdentifyPayload
}

/**
 * Op 6, bot → server ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-5 §3.5}).
 */
export interface ResumeFrame {
  readonly op: 6
  readonly d: ResumePayload
}

/**
 * Op 7, server → bot: close and resume
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-6 §3.6}).
 */
export interface ReconnectFrame {
  readonly op: 7
  readonly d?: unknown
}

/**
 * Op 9, server → bot ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-6 §3.6}).
 */
export interface InvalidSessionFrame {
  readonly op: 9
  readonly d?: InvalidSessionPayload
}

/**
 * Op 10, server → bot: the first frame
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-3 §3.3}).
 */
export interface HelloFrame {
  readonly op: 10
  readonly d: HelloPayload
}

/**
 * Op 11: the answer to a heartbeat. Over WebSocket only the server sends it; over webhook `d` is the number of the heartbeat
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-5 §7.5}).
 */
export interface HeartbeatAckFrame {
  readonly op: 11
  readonly d?: unknown
}

/**
 * Op 12, the HTTP answer to a webhook push: `d` 0 received, 1 failed
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-5 §7.5}).
 */
export interface CallbackAckFrame {
  readonly op: 12
  readonly d?: 0 | 1 | Readonly<Record<string, never>>
}

/**
 * The values that op 13 wants signed ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-4 §7.4}).
 * Both are text; one client types `event_ts` as a number.
 */
export interface CallbackValidationPayload {
  readonly plain_token: string
  readonly event_ts: string
}

/**
 * Op 13, server → webhook: check that the address belongs to the bot
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-4 §7.4}).
 */
export interface CallbackValidationFrame {
  readonly op: 13
  readonly d: CallbackValidationPayload
}

/** The HTTP answer to op 13 ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-4 §7.4}). */
export interface CallbackValidationAnswer {
  readonly plain_token: string
  /** Hex of the Ed25519 signature over `event_ts + plain_token`. */
  readonly signature: string
}

/**
 * A frame from the server over WebSocket, discriminated by `op`, and op 0 by `t`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-2 §3.2}).
 */
export type ServerFrame =
  | GatewayEvent
  | HeartbeatFrame
  | ReconnectFrame
  | InvalidSessionFrame
  | HelloFrame
  | HeartbeatAckFrame

/**
 * A frame from the bot over WebSocket, discriminated by `op`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-2 §3.2}). Op 11 is sent by
 * the server only ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-4 §3.4}).
 */
export type ClientFrame = HeartbeatFrame | IdentifyFrame | ResumeFrame

/**
 * A frame that the server posts to a webhook, discriminated by `op`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-2 §7.2}).
 */
export type WebhookFrame = GatewayEvent | HeartbeatFrame | CallbackValidationFrame

/** Any frame of either transport, discriminated by `op`. */
export type Frame = ServerFrame | ClientFrame | WebhookFrame | CallbackAckFrame
