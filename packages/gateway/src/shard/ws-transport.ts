import type { Agent, ClientRequest, IncomingMessage } from 'node:http'
import type { Socket as RawSocket, TcpSocketConnectOpts } from 'node:net'
import process from 'node:process'

import {
  OptionsError,
  type Socket,
  type SocketClose,
  type SocketEvents,
  type SocketOptions,
  type Transport,
} from '@qqkit/core'
import { readRetryAfter } from '@qqkit/core/internal'
import { type ClientOptions, type RawData, WebSocket } from 'ws'

import { type FrameTakers, TextFrames } from './text-frames.js'

/** Options of {@link wsTransport}. */
export interface WsTransportOptions {
  /** Makes the connections, e.g. an agent for an HTTP CONNECT proxy. */
  readonly agent?: Agent
  /**
   * ms before the next address of the host is tried beside the first. Default 2000: with Node's 250 every address but the
   * last one fails on a slow network. An agent may have its own.
   */
  readonly autoSelectFamilyAttemptTimeout?: number
}

/** Long enough for a lost first packet, which is sent again after a second. */
const ADDRESS_TIMEOUT = 2000

const bytesOf = (data: RawData): Uint8Array => {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data
}

const NO_REASON = Buffer.alloc(0)

const ignore = (): void => {}

/**
 * A socket of `ws` with its {@link SocketEvents}. It takes what `ws` emits without listeners: a table of seven would be a
 * good part of the memory of an idle socket, and every message would be looked up in it.
 */
class WsSocket extends WebSocket implements Socket, FrameTakers {
  readonly #events: SocketEvents
  readonly #maxPayload: number
  /** How many messages `ws` has read. */
  #messages = 0
  #toLibrary: (bytes: Buffer) => unknown = ignore
  #failure: Error | undefined
  #refused: SocketClose['refused']
  /** Whether its end was reported. */
  #ended = false

  constructor(url: string, options: ClientOptions, events: SocketEvents) {
    super(url, options)
    this.#events = events
    this.#maxPayload = options.maxPayload ?? Infinity
  }

  override emit(name: string | symbol, first?: unknown, second?: unknown): boolean {
    switch (name) {
      case 'message':
        this.#messages += 1
        // `ws` gives text as a Buffer too.
        if (!this.#ended)
          this.#events.onMessage(second ? bytesOf(first as RawData) : (first as Buffer).toString())
        return true
      case 'ping':
      case 'pong':
        if (!this.#ended) this.#events.onActivity()
        return true
      case 'open':
        this.#events.onOpen()
        return true
      case 'error':
        this.#failure ??= first as Error
        return true
      case 'upgrade':
        this.#readTexts((first as IncomingMessage).socket)
        return true
      case 'unexpected-response':
        this.#onRefused(first as ClientRequest, second as IncomingMessage)
        return true
      case 'close':
        this.#onClose(first as number, second as Buffer)
        return true
      default:
        return false
    }
  }

  override send(data: Parameters<WebSocket['send']>[0]): void {
    // With a callback `ws` does not throw for a failed write; the close that follows reports it.
    if (this.readyState === WebSocket.OPEN) super.send(data, ignore)
  }

  /**
   * `ws` calls this too: when the server's close frame came, with bytes as the reason or without a code; and when a frame was
   * invalid or too large, with a code alone.
   */
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason)
    if (typeof reason === 'string' || this.readyState !== WebSocket.CLOSING) return
    // The error of a bad frame follows at once.
    if (code !== undefined && reason === undefined) process.nextTick(() => this.#onClose(code, NO_REASON))
    // The close frame counts as the end, even if the connection stays open.
    else this.#onClose(code ?? 1005, reason ?? NO_REASON)
  }

  /** Texts need not pass through `ws` ({@link TextFrames}). It gets all other bytes as what the socket emits. */
  #readTexts(socket: RawSocket): void {
    const emit = socket.emit.bind(socket) as (...values: unknown[]) => boolean
    const frames = new TextFrames(this.#maxPayload, this)
    this.#toLibrary = (bytes) => emit('data', bytes)
    socket.emit = (name: string | symbol, ...values: unknown[]): boolean => {
      if (name !== 'data') return emit(name, ...values)
      frames.take(values[0] as Buffer)
      return true
    }
  }

  onText(text: string): void {
    if (!this.#ended) this.#events.onMessage(text)
  }

  pass(bytes: Buffer): boolean {
    const before = this.#messages
    this.#toLibrary(bytes)
    return this.#messages > before
  }

  /** The upgrade was answered with a normal HTTP response. */
  #onRefused(request: ClientRequest, { statusCode = 0, headers }: IncomingMessage): void {
    this.#failure = new Error(`the upgrade was answered with HTTP ${statusCode}`)
    this.#refused = { status: statusCode, retryAfter: readRetryAfter(headers['retry-after'], Date.now()) }
    request.destroy()
    this.terminate()
  }

  #onClose(code: number, reason: Buffer): void {
    if (this.#ended) return
    this.#ended = true
    this.#events.onClose({
      code,
      reason: reason.toString(),
      ...(this.#failure && { error: this.#failure }),
      ...(this.#refused && { refused: this.#refused }),
    })
  }
}

const checked = (ms: number): number => {
  if (Number.isSafeInteger(ms) && ms >= 10 && ms < 2 ** 31) return ms
  throw new OptionsError({
    subject: 'wsTransport',
    path: 'autoSelectFamilyAttemptTimeout',
    received: String(ms),
    hint: 'give a whole number of ms, at least 10',
  })
}

/**
 * Opens real WebSockets with `ws`.
 *
 * @throws OptionsError for a wrong option
 */
export const wsTransport = (transport: WsTransportOptions = {}): Transport => {
  const { agent, autoSelectFamilyAttemptTimeout = ADDRESS_TIMEOUT } = transport
  const addressTimeout = checked(autoSelectFamilyAttemptTimeout)
  return {
    open(url: string, events: SocketEvents, options: SocketOptions): Socket {
      const { maxPayload, headers } = options
      const client: ClientOptions & Pick<TcpSocketConnectOpts, 'autoSelectFamilyAttemptTimeout'> = {
        maxPayload,
        // The gateway is not known to offer compression, which costs memory per socket.
        perMessageDeflate: false,
        autoSelectFamilyAttemptTimeout: addressTimeout,
        ...(headers && { headers: { ...headers } }),
        ...(agent && { agent }),
      }
      return new WsSocket(url, client, events)
    },
  }
}
