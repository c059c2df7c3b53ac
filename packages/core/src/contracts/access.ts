/** What a transport needs from the HTTP side to get in. `rest.access` is the implementation we ship. */
export interface Access {
  /**
   * A valid access token, without any prefix.
   *
   * @param options `fresh`: the last one was refused, get another
   */
  token(options?: { readonly fresh?: boolean; readonly signal?: AbortSignal }): Promise<string>
  /**
   * The answer of `GET /gateway/bot` as it came; the caller validates it
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-1 §3.1}).
   */
  gateway(options?: { readonly signal?: AbortSignal }): Promise<unknown>
}

/**
 * How an {@link Access} tells that it makes no sense to ask again, or that asking was too frequent. Errors without these
 * marks are treated as passing faults.
 */
export interface AccessFault {
  /** `'fatal'`: wrong credentials; `'rate_limited'`: wait a minute; `'unavailable'`: try again. */
  readonly access: 'fatal' | 'rate_limited' | 'unavailable'
}
