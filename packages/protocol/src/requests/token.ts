/**
 * Body of the token exchange
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/01-credentials-and-token.md#1-2 §1.2}).
 */
export interface TokenRequest {
  readonly appId: string
  readonly clientSecret: string
}

/**
 * A token. CONFLICT
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/01-credentials-and-token.md#1-2 §1.2}: seconds are
 * documented as a number and sent as text.
 */
export interface TokenAnswer {
  readonly access_token: string
  readonly expires_in: string | number
}

/**
 * A refused exchange; comes with HTTP 200
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/01-credentials-and-token.md#1-2 §1.2}).
 */
export interface TokenFailure {
  readonly code: number
  readonly message: string
}
