/** What a bot that is made to be killed is told. */
export interface BotSetup {
  readonly url: string
  readonly tokenUrl: string
  readonly credentials: { readonly appId: string; readonly secret: string }
  /** Where it keeps its session. */
  readonly file: string
  /** Messages with this number or a higher one are begun and never finished. */
  readonly hangFrom: number
}
