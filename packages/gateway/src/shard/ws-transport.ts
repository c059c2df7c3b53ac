import type { Agent, ClientRequest, IncomingMessage } from 'node:http'
import type { TcpSocketConnectOpts } from 'node:net'

import {
  OptionsError,
  type Socket,
  type SocketClose,
  type SocketEvents,
  type SocketOptions,
  type Transport,
} from '@qqkit/core'
import { type ClientOptions, type RawData, WebSocket } from 'ws'

/** How {@link wsTransport} connects. */
export interface WsTransportOptions {
  /** Makes the connections, e.g. an agent for an HTTP CONNECT proxy. */
  readonly agent?: Agent
  /**
   * ms that one address of the host may take before the next one is tried beside it. Default 2000: with the 250 of Node
   * every address but the last one fails behind a slow line, and where only some of them can be reached the connection
   * does. An agent may have its own.
   */
  readonly autoSelectFamilyAttemptTimeout?: number
}

/** Long enough for a first packet that is lost and sent again after a second. */
const ADDRESS_TIMEOUT = 2000

const bytesOf = (data: RawData): Uint8Array => {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data
}

/**
 * A socket of `ws` that knows whom to tell. Its listeners are shared by all sockets: six functions for each would be a
 * good part of what an idle one keeps.
 */
class WsSocket extends WebSocket implements Socket {
  readonly told: SocketEvents
  failure: Error | undefined
  refused: SocketClose['refused']
  /** Whether its end was told. */
  over = false

  constructor(url: string, options: ClientOptions, told: SocketEvents) {
    super(url, options)
    this.told = told
    // `ws` calls listeners on the socket that they listen to.
    for (const [name, listener] of listeners) this.on(name, listener as (this: WebSocket) => void)
  }

  override send(data: Parameters<WebSocket['send']>[0]): void {
    // The callback keeps a failed write from being thrown: the close that follows tells it.
    if (this.readyState === WebSocket.OPEN) super.send(data, ignore)
  }

  /** `ws` comes here as well when the server's close frame came: with bytes for a reason, or none. */
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason)
    // The frame is the end, whether the connection ends or not.
    if (typeof reason !== 'string' && this.readyState === WebSocket.CLOSING)
      onClose.call(this, code ?? 1005, reason ?? NO_REASON)
  }
}

const NO_REASON = Buffer.alloc(0)

/** ms that `Retry-After` tells: seconds, or a date. */
const retryAfterIn = (header: string | undefined): number | null => {
  if (header === undefined) return null
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now()
  return ms > 0 ? ms : null
}

const ignore = (): void => {}

function onOpen(this: WsSocket): void {
  this.told.onOpen()
}

function onMessage(this: WsSocket, data: RawData, isBinary: boolean): void {
  // `ws` gives text as a Buffer too.
  if (!this.over) this.told.onMessage(isBinary ? bytesOf(data) : (data as Buffer).toString())
}

function onActivity(this: WsSocket): void {
  if (!this.over) this.told.onActivity()
}

function onError(this: WsSocket, error: Error): void {
  this.failure ??= error
}

/** The upgrade was answered like any other request. */
function onRefused(
  this: WsSocket,
  request: ClientRequest,
  { statusCode = 0, headers }: IncomingMessage,
): void {
  this.failure = new Error(`the upgrade was answered with HTTP ${statusCode}`)
  this.refused = { status: statusCode, retryAfter: retryAfterIn(headers['retry-after']) }
  request.destroy()
  this.terminate()
}

function onClose(this: WsSocket, code: number, reason: Buffer): void {
  if (this.over) return
  this.over = true
  const { failure, refused } = this
  this.told.onClose({
    code,
    reason: reason.toString(),
    ...(failure && { error: failure }),
    ...(refused && { refused }),
  })
}

const listeners: readonly (readonly [name: string, listener: (this: WsSocket, ...args: never) => void])[] = [
  ['open', onOpen],
  ['message', onMessage],
  ['ping', onActivity],
  ['pong', onActivity],
  ['error', onError],
  ['unexpected-response', onRefused],
  ['close', onClose],
]

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
        // The gateway is not known to offer compression, and it costs memory per socket.
        perMessageDeflate: false,
        autoSelectFamilyAttemptTimeout: addressTimeout,
        ...(headers && { headers: { ...headers } }),
        ...(agent && { agent }),
      }
      return new WsSocket(url, client, events)
    },
  }
}
