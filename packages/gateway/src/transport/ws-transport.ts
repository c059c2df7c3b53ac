import type { Agent } from 'node:http'

import type { Socket, SocketClose, SocketEvents, SocketOptions, Transport } from '@qqkit/core'
import { WebSocket, type RawData } from 'ws'

/** How {@link wsTransport} connects. */
export interface WsTransportOptions {
  /** Makes the connections, e.g. an agent for an HTTP CONNECT proxy. */
  readonly agent?: Agent
}

const NO_STATUS = 1005
const ABNORMAL = 1006

const bytesOf = (data: RawData): Uint8Array => {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data
}

class WsSocket implements Socket {
  readonly #ws: WebSocket

  constructor(ws: WebSocket) {
    this.#ws = ws
  }

  send(text: string): void {
    // The callback keeps a failed write from being thrown: the close that follows tells it.
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.send(text, () => {})
  }

  close(code: number, reason: string): void {
    this.#ws.close(code, reason)
  }

  terminate(): void {
    this.#ws.terminate()
  }
}

/** Opens real WebSockets with `ws`. */
export const wsTransport = (transport: WsTransportOptions = {}): Transport => ({
  open(url: string, events: SocketEvents, options: SocketOptions): Socket {
    const ws = new WebSocket(url, {
      maxPayload: options.maxPayload,
      // The gateway is not known to offer compression, and it costs memory per socket.
      perMessageDeflate: false,
      ...(options.headers && { headers: { ...options.headers } }),
      ...(transport.agent && { agent: transport.agent }),
    })
    let failure: Error | undefined
    ws.on('open', () => events.onOpen())
    ws.on('message', (data, isBinary) => {
      // `ws` gives text as a Buffer too.
      events.onMessage(isBinary ? bytesOf(data) : (data as Buffer).toString())
    })
    ws.on('ping', () => events.onActivity())
    ws.on('pong', () => events.onActivity())
    ws.on('error', (error) => {
      failure = error
    })
    ws.on('close', (code, reason) => {
      const close: SocketClose = {
        code: code === NO_STATUS && failure ? ABNORMAL : code,
        reason: reason.toString(),
        ...(failure && { error: failure }),
      }
      events.onClose(close)
    })
    return new WsSocket(ws)
  },
})
