/**
 * The `op` field: the type of a frame
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-2 §3.2}).
 */
export const Opcode = {
  /** Both transports, server → bot: an event. */
  Dispatch: 0,
  /**
   * WebSocket, both directions: a heartbeat of the server is answered at once with op 1, never with op 11
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-4 §3.4}). Webhook, server
   * → bot, with a number in `d`: answered with op 11
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-5 §7.5}).
   */
  Heartbeat: 1,
  /** WebSocket, bot → server: start a new session. */
  Identify: 2,
  /** WebSocket, bot → server: resume a session. */
  Resume: 6,
  /** WebSocket, server → bot: reconnect with Resume. */
  Reconnect: 7,
  /** WebSocket, server → bot: the Identify or Resume was refused. */
  InvalidSession: 9,
  /** WebSocket, server → bot: the first frame, with the heartbeat interval. */
  Hello: 10,
  /** WebSocket, server → bot only; webhook, in the HTTP answer: the answer to a heartbeat. */
  HeartbeatAck: 11,
  /** Webhook, in the HTTP answer: the event was received. */
  CallbackAck: 12,
  /** Webhook, server → bot: check that the address belongs to the bot. */
  CallbackValidation: 13,
} as const

/** Any opcode of {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-2 §3.2}. */
export type Opcode = (typeof Opcode)[keyof typeof Opcode]
