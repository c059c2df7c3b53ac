/** What a bot that is made to be killed is told. */
export interface BotSetup {
  readonly url: string
  readonly tokenUrl: string
  readonly credentials: { readonly appId: string; readonly secret: string }
  /** Where it keeps its session. */
  readonly file: string
  /** Messages with this number or a higher one are begun and never finished. */
  readonly hangFrom: number
  /** How long it waits for a session that another process has, in ms. */
  readonly lockTimeout: number
  /** How long handlers may take when it is stopped, in ms. */
  readonly drainTimeout: number
  /** It dies as soon as it has sent an Identify, and tells when it waits for its turn to. */
  readonly diesIdentifying?: boolean
}
