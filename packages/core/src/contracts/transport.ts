/** The events of a socket, in order. `onClose` is the last one. */
export interface SocketEvents {
  onOpen(): void
  /** A complete message: text, or bytes for a binary frame. */
  onMessage(data: string | Uint8Array): void
  /** Any other sign of life: a ping or a pong. */
  onActivity(): void
  /** Called exactly once, also if opening failed. `code` is 1006 without a close frame. */
  onClose(close: SocketClose): void
}

/** How a socket ended. */
export interface SocketClose {
  readonly code: number
  readonly reason: string
  /** The error of the network, e.g. `ECONNRESET`. */
  readonly error?: Error
  /** The HTTP status of a refused upgrade, and the time in ms until a retry makes sense, if the answer had one. */
  readonly refused?: { readonly status: number; readonly retryAfter: number | null }
}

/** One socket of a {@link Transport}. */
export interface Socket {
  /** Sends a text frame; does nothing if the socket is not open. */
  send(text: string): void
  /** Starts the closing handshake. */
  close(code: number, reason: string): void
  /** Ends the connection at once, without the closing handshake. */
  terminate(): void
}

/** How to open a socket. */
export interface SocketOptions {
  /** Messages larger than this, in bytes, end the connection. */
  readonly maxPayload: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Opens sockets: over `ws` in production, in memory on a manual clock in tests. No event fires before `open` returns. */
export interface Transport {
  open(url: string, events: SocketEvents, options: SocketOptions): Socket
}
