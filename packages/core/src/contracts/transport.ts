/** What happens to a socket, in order. After `onClose` nothing comes any more. */
export interface SocketEvents {
  onOpen(): void
  /** A whole message: text, or bytes for a binary frame. */
  onMessage(data: string | Uint8Array): void
  /** Any other sign of life: a ping or a pong. */
  onActivity(): void
  /** Exactly once, also when opening failed. `code` is 1006 when there was no close frame. */
  onClose(close: SocketClose): void
}

/** How a socket ended. */
export interface SocketClose {
  readonly code: number
  readonly reason: string
  /** What went wrong underneath, e.g. `ECONNRESET`. */
  readonly error?: Error
  /** The HTTP status with which the upgrade was refused, and for how long, in ms, where the answer said so. */
  readonly refused?: { readonly status: number; readonly retryAfter: number | null }
}

/** One socket of a {@link Transport}. */
export interface Socket {
  /** Sends a text frame; does nothing when the socket is not open. */
  send(text: string): void
  /** Starts the closing handshake. */
  close(code: number, reason: string): void
  /** Ends the connection without waiting for the other side. */
  terminate(): void
}

/** How a socket is opened. */
export interface SocketOptions {
  /** Messages larger than this, in bytes, end the connection. */
  readonly maxPayload: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Opens sockets: over `ws` in production, in memory on a manual clock in tests. Events never come before `open` returns. */
export interface Transport {
  open(url: string, events: SocketEvents, options: SocketOptions): Socket
}
