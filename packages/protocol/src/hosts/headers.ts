/** Names of request and response headers (§1.4, §2.2). */
export const HttpHeader = {
  /** `QQBot {access_token}`. */
  Authorization: 'Authorization',
  /** The appid; optional in practice. */
  UnionAppid: 'X-Union-Appid',
  /** The appid, on `PUT /interactions/{id}` (§5.7). */
  CallbackAppid: 'X-Callback-AppID',
  /** On every answer; look it up case-insensitively. */
  TraceId: 'X-Tps-trace-ID',
} as const

/** What stands before the access token in the header and in Identify (§1.4, §3.3). */
export const tokenPrefix = 'QQBot '

/** Names of the headers of a webhook push (§7.2). */
export const WebhookHeader = {
  /** 128 hex characters. */
  Signature: 'X-Signature-Ed25519',
  /** Unix seconds, decimal text. */
  Timestamp: 'X-Signature-Timestamp',
  Appid: 'X-Bot-Appid',
} as const

/** The ports that a webhook address may use (§7.1). */
export const webhookPorts: readonly number[] = [80, 443, 8080, 8443]
