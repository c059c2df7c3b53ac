/**
 * Names of request and response headers
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/01-credentials-and-token.md#1-4 §1.4},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-2 §2.2}).
 */
export const HttpHeader = {
  /** `QQBot {access_token}`. */
  Authorization: 'Authorization',
  /** The appid; optional in practice. */
  UnionAppid: 'X-Union-Appid',
  /**
   * The appid, on `PUT /interactions/{id}`
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-7 §5.7}).
   */
  CallbackAppid: 'X-Callback-AppID',
  /** Part of every answer; its case varies. */
  TraceId: 'X-Tps-trace-ID',
} as const

/**
 * The prefix of the access token in the header and in Identify
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/01-credentials-and-token.md#1-4 §1.4},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-3 §3.3}).
 */
export const tokenPrefix = 'QQBot '

/**
 * Names of the headers of a webhook push
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-2 §7.2}).
 */
export const WebhookHeader = {
  /** 128 hex characters. */
  Signature: 'X-Signature-Ed25519',
  /** Unix seconds, decimal text. */
  Timestamp: 'X-Signature-Timestamp',
  Appid: 'X-Bot-Appid',
} as const

/**
 * The ports that a webhook address may use
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-1 §7.1}).
 */
export const webhookPorts: readonly number[] = [80, 443, 8080, 8443]
