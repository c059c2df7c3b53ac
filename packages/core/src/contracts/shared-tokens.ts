/** An access token with the rest of its life. */
export interface SharedToken {
  readonly token: string
  /** ms from now. */
  readonly lifetime: number
}

/** One call of {@link SharedTokens.get}. */
export interface SharedTokenRequest {
  /** Asks the platform. */
  readonly ask: (signal: AbortSignal) => Promise<SharedToken>
  /** Tokens that were refused or are about to end: the platform is asked rather than that one of them is returned from memory. */
  readonly except: readonly string[]
  readonly signal: AbortSignal
}

/** The access token of a bot, which several processes share: one of them asks the platform, and the others wait for it. */
export interface SharedTokens {
  /**
   * A token. It rejects only with the error of `ask`, or with the reason of `signal`: where nothing can be shared, the platform is
   * asked.
   */
  get(request: SharedTokenRequest): Promise<SharedToken>
}
