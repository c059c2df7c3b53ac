/** The HTTP calls that a gateway client needs before it can connect. `rest.access` of `@qqkit/rest` implements it. */
export interface Access {
  /**
   * A valid access token, without any prefix.
   *
   * @param options `fresh`: the last token was refused; fetch a new one
   */
  token(options?: { readonly fresh?: boolean; readonly signal?: AbortSignal }): Promise<string>
  /**
   * The unchecked answer of `GET /gateway/bot`; the caller validates it
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-1 §3.1}).
   */
  gateway(options?: { readonly signal?: AbortSignal }): Promise<unknown>
}

/**
 * Marks an error from {@link Access} as permanent or rate limited. An error without this mark is treated as
 * `'unavailable'`.
 */
export interface AccessFault {
  /** `'fatal'`: wrong credentials, never retried; `'rate_limited'`: retried in a minute; `'unavailable'`: retried. */
  readonly access: 'fatal' | 'rate_limited' | 'unavailable'
}
