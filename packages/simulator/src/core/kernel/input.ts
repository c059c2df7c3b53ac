/** An HTTP request as an adapter hands it over. */
export interface HttpRequest {
  readonly method: string
  /** The path as sent, still percent-encoded, without the query. */
  readonly path: string
  /** Without the question mark; empty when there is none. */
  readonly query: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** The body was longer than the limit and is not there. */
  readonly tooLarge?: boolean
}

/** What happened to a webhook push. */
export type PushOutcome =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  | { readonly kind: 'failed'; readonly reason: string }

/** What happens to the platform. `now` of a step is given beside it. */
export type Input =
  /** A client asks for a WebSocket. */
  | { readonly kind: 'handshake'; readonly connection: number; readonly path: string }
  /** The handshake that was accepted is done. */
  | { readonly kind: 'opened'; readonly connection: number }
  | { readonly kind: 'received'; readonly connection: number; readonly data: string | Uint8Array }
  | {
      readonly kind: 'closed'
      readonly connection: number
      readonly code: number
      readonly reason: string
    }
  | { readonly kind: 'called'; readonly call: number; readonly request: HttpRequest }
  /** The client gave the call up. */
  | { readonly kind: 'abandoned'; readonly call: number }
  | { readonly kind: 'pushed'; readonly push: number; readonly outcome: PushOutcome }
  /** Time has passed. */
  | { readonly kind: 'tick' }
