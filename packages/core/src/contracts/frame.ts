/**
 * One frame of the gateway or the webhook, as the platform sent it
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-2 §3.2}).
 */
export interface WireFrame {
  readonly op: number
  /** Sequence number of the session; absent over webhook. */
  readonly s?: number | null
  /** Event name. */
  readonly t?: string | null
  /** Event id, used as `event_id` in replies. */
  readonly id?: string | null
  readonly d?: unknown
}
