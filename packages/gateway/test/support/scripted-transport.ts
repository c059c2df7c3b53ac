import type { Socket, SocketClose, SocketEvents, SocketOptions, Transport } from '@qqkit/core'

/** One socket of a {@link ScriptedTransport}: the test plays the server. */
export class ScriptedSocket implements Socket {
  readonly url: string
  readonly options: SocketOptions
  /** What the client sent, parsed. */
  readonly sent: { readonly op: number; readonly d?: unknown }[] = []
  /** What the client closed with, in order. */
  readonly closes: { readonly code: number; readonly reason: string }[] = []
  terminated = 0
  /** Whether the client still holds it: neither closed by the server nor terminated. */
  live = true
  readonly #events: SocketEvents

  constructor(url: string, events: SocketEvents, options: SocketOptions) {
    this.url = url
    this.#events = events
    this.options = options
  }

  send(text: string): void {
    if (this.live) this.sent.push(JSON.parse(text) as { op: number })
  }

  close(code: number, reason: string): void {
    this.closes.push({ code, reason })
  }

  terminate(): void {
    this.terminated += 1
    this.live = false
  }

  /** Frames of one opcode that the client sent. */
  sentOf(op: number): readonly { readonly op: number; readonly d?: unknown }[] {
    return this.sent.filter((frame) => frame.op === op)
  }

  serverOpens(): this {
    this.#events.onOpen()
    return this
  }

  serverSends(frame: unknown): this {
    this.#events.onMessage(JSON.stringify(frame))
    return this
  }

  serverSendsRaw(data: string | Uint8Array): this {
    this.#events.onMessage(data)
    return this
  }

  serverPings(): this {
    this.#events.onActivity()
    return this
  }

  /** Events of a dead socket come through as well: dropping them is what is tested. */
  serverCloses(code = 1006, reason = '', error?: Error): this {
    this.live = false
    const close: SocketClose = { code, reason, ...(error && { error }) }
    this.#events.onClose(close)
    return this
  }

  /** The upgrade is answered with an HTTP status. */
  serverRefuses(status: number, retryAfter: number | null = null): this {
    this.live = false
    const error = new Error(`the upgrade was answered with HTTP ${status}`)
    this.#events.onClose({ code: 1006, reason: '', error, refused: { status, retryAfter } })
    return this
  }

  serverGreets(interval: unknown = 41_250): this {
    return this.serverOpens().serverSends({ op: 10, d: { heartbeat_interval: interval } })
  }

  serverIsReady(session = 'session-1', s = 1): this {
    return this.serverSends({
      op: 0,
      s,
      t: 'READY',
      d: { version: 1, session_id: session, user: {}, shard: [0, 1] },
    })
  }

  serverResumed(s: number): this {
    return this.serverSends({ op: 0, s, t: 'RESUMED', d: '' })
  }

  serverDispatches(s: number, d: unknown = { n: s }): this {
    return this.serverSends({ op: 0, s, t: 'C2C_MESSAGE_CREATE', id: `C2C_MESSAGE_CREATE:${s}`, d })
  }
}

/** A transport whose server is the test. */
export class ScriptedTransport implements Transport {
  readonly sockets: ScriptedSocket[] = []
  /** Thrown by the next `open`. */
  failure: Error | null = null

  open(url: string, events: SocketEvents, options: SocketOptions): Socket {
    const { failure } = this
    this.failure = null
    if (failure) throw failure
    const socket = new ScriptedSocket(url, events, options)
    this.sockets.push(socket)
    return socket
  }

  /** The newest socket. */
  get last(): ScriptedSocket {
    const socket = this.sockets.at(-1)
    if (!socket) throw new Error('no socket was opened')
    return socket
  }

  /** Sockets that the client has not let go of. */
  get live(): number {
    return this.sockets.filter((socket) => socket.live).length
  }
}
