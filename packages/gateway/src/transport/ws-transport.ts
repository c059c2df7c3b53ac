import type { Agent } from 'node:http'
import type { TcpSocketConnectOpts } from 'node:net'

import { OptionsError, type Socket, type SocketEvents, type SocketOptions, type Transport } from '@qqkit/core'
import { WebSocket, type ClientOptions, type RawData } from 'ws'

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
}

const ignore = (): void => {}

function onOpen(this: WsSocket): void {
  this.told.onOpen()
}

function onMessage(this: WsSocket, data: RawData, isBinary: boolean): void {
  // `ws` gives text as a Buffer too.
  this.told.onMessage(isBinary ? bytesOf(data) : (data as Buffer).toString())
}

function onActivity(this: WsSocket): void {
  this.told.onActivity()
}

function onError(this: WsSocket, error: Error): void {
  this.failure = error
}

function onClose(this: WsSocket, code: number, reason: Buffer): void {
  const { failure } = this
  this.told.onClose({
    code,
    reason: reason.toString(),
    ...(failure && { error: failure }),
  })
}

const listeners: readonly (readonly [name: string, listener: (this: WsSocket, ...args: never) => void])[] = [
  ['open', onOpen],
  ['message', onMessage],
  ['ping', onActivity],
  ['pong', onActivity],
  ['error', onError],
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
