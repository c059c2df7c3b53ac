/** An HTTP request, in the form that both adapters pass. */
export interface HttpRequest {
  readonly method: string
  /** The path as sent, still percent-encoded, without the query. */
  readonly path: string
  /** Without the question mark; empty when there is none. */
  readonly query: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** The body exceeded the limit and was dropped. */
  readonly tooLarge?: boolean
}

/** The outcome of a webhook push. */
export type PushOutcome =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  | { readonly kind: 'failed'; readonly reason: string }

/** An input of the core. The time is passed to `step` beside it. */
export type Input =
  /** A client requests a WebSocket. */
  | { readonly kind: 'handshake'; readonly connection: number; readonly path: string }
  /** An accepted handshake is complete. */
  | { readonly kind: 'opened'; readonly connection: number }
  | { readonly kind: 'received'; readonly connection: number; readonly data: string | Uint8Array }
  | {
      readonly kind: 'closed'
      readonly connection: number
      readonly code: number
      readonly reason: string
    }
  | { readonly kind: 'called'; readonly call: number; readonly request: HttpRequest }
  /** The client aborted the call. */
  | { readonly kind: 'cancelled'; readonly call: number }
  | { readonly kind: 'pushed'; readonly push: number; readonly outcome: PushOutcome }
  /** Time has passed. */
  | { readonly kind: 'tick' }
