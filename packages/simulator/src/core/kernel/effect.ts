import type { LogEntry } from './log-entry.js'

/** How a connection ends without a close frame. */
export type Break = 'drop' | 'reset'

/** The answer to an HTTP call. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** An order of the core to its adapter, which carries it out and decides nothing. */
export type Effect =
  /** Completes a handshake; `opened` follows. */
  | { readonly kind: 'accept'; readonly connection: number }
  /** Answers a handshake with an HTTP status; 0 tears the connection down. */
  | { readonly kind: 'refuse'; readonly connection: number; readonly status: number }
  | { readonly kind: 'send'; readonly connection: number; readonly data: string | Uint8Array }
  | { readonly kind: 'close'; readonly connection: number; readonly code: number; readonly reason: string }
  /** Ends the connection without a close frame: `drop` as a clean end of the stream, `reset` as RST. */
  | { readonly kind: 'break'; readonly connection: number; readonly how: Break }
  /** Stops all reading and writing on the connection without telling the client. */
  | { readonly kind: 'freeze'; readonly connection: number }
  | { readonly kind: 'respond'; readonly call: number; readonly answer: HttpAnswer }
  /** Sends the head and a part of the body; the end never comes. */
  | { readonly kind: 'begin'; readonly call: number; readonly partial: HttpAnswer }
  /** Ends the call without an answer, or after the head and a part of the body. */
  | { readonly kind: 'abort'; readonly call: number; readonly partial: HttpAnswer | null }
  /** Posts a webhook push; its outcome returns as a `pushed` input. */
  | {
      readonly kind: 'post'
      readonly push: number
      readonly url: string
      readonly headers: Readonly<Record<string, string>>
      readonly body: string
      readonly timeout: number
    }
  /** `size`: approximate number of characters in the entry. */
  | { readonly kind: 'log'; readonly entry: LogEntry; readonly size: number }
