import type { IncomingMessage } from 'node:http'
import type { Socket as NetSocket } from 'node:net'
import type { Duplex } from 'node:stream'

import { type RawData, type WebSocket, WebSocketServer } from 'ws'

import type { Break } from '../core/kernel/effect.js'
import type { Runtime } from '../runtime/runtime.js'

/** Longest message of a client, in bytes. */
const MAX_PAYLOAD = 1_048_576

/** Time for the client's answer to a close frame, in ms. */
const CLOSE_GRACE = 1_000

interface OpenSocket {
  readonly socket: WebSocket
  readonly net: NetSocket
}

/** A handshake without a decision. */
interface Handshake {
  readonly message: IncomingMessage
  readonly net: NetSocket
  readonly head: Buffer
}

const bytesOf = (data: RawData): Buffer => {
  if (Array.isArray(data)) return Buffer.concat(data)
  return Buffer.isBuffer(data) ? data : Buffer.from(data)
}

/** Connects WebSockets with the core. */
export class GatewaySockets {
  readonly #runtime: Runtime
  readonly #server: WebSocketServer = new WebSocketServer({ noServer: true, maxPayload: MAX_PAYLOAD })
  readonly #handshakes = new Map<number, Handshake>()
  readonly #sockets = new Map<number, OpenSocket>()

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /** Handles an upgrade request. */
  take(message: IncomingMessage, stream: Duplex, head: Buffer): void {
    const net = stream as NetSocket
    const connection = ++this.#runtime.world.connectionsMade
    const forget = (): void => {
      this.#handshakes.delete(connection)
    }
    net.on('error', forget)
    net.on('close', forget)
    this.#handshakes.set(connection, { message, net, head })
    this.#runtime.input({ kind: 'handshake', connection, path: (message.url ?? '/').split('?')[0] ?? '/' })
  }

  /** Completes a handshake. */
  accept(connection: number): void {
    const handshake = this.#takeHandshake(connection)
    if (!handshake) return
    this.#server.handleUpgrade(handshake.message, handshake.net, handshake.head, (socket) =>
      this.#open(connection, socket, handshake.net),
    )
  }

  /** Answers a handshake with an HTTP status, or tears the connection down. */
  refuse(connection: number, status: number): void {
    const handshake = this.#takeHandshake(connection)
    if (!handshake) return
    if (status === 0) handshake.net.resetAndDestroy()
    else handshake.net.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
  }

  /** Sends a message. */
  send(connection: number, data: string | Uint8Array): void {
    this.#sockets.get(connection)?.socket.send(data, () => {})
  }

  /** Starts the closing handshake. */
  close(connection: number, code: number, reason: string): void {
    const open = this.#sockets.get(connection)
    if (!open) return
    open.socket.close(code, reason)
    // The client may be gone silently; `ws` itself would wait for 30 s.
    const timer = setTimeout(() => open.socket.terminate(), CLOSE_GRACE)
    open.socket.once('close', () => clearTimeout(timer))
  }

  /** Ends a connection without a close frame. */
  break(connection: number, how: Break): void {
    const open = this.#sockets.get(connection)
    if (!open) return
    if (how === 'drop') open.socket.terminate()
    else open.net.resetAndDestroy()
  }

  /** Stops reading, so that not even a ping is answered. */
  freeze(connection: number): void {
    this.#sockets.get(connection)?.socket.pause()
  }

  /** Ends all connections at once. */
  closeAll(): void {
    for (const { net } of this.#handshakes.values()) net.destroy()
    for (const { socket } of this.#sockets.values()) socket.terminate()
    this.#server.close()
  }

  #takeHandshake(connection: number): Handshake | undefined {
    const handshake = this.#handshakes.get(connection)
    this.#handshakes.delete(connection)
    return handshake
  }

  #open(connection: number, socket: WebSocket, net: NetSocket): void {
    net.setNoDelay(true)
    this.#sockets.set(connection, { socket, net })
    socket.on('error', () => {})
    socket.on('message', (data: RawData, binary: boolean) => {
      const bytes = bytesOf(data)
      this.#runtime.input({ kind: 'received', connection, data: binary ? bytes : bytes.toString('utf8') })
    })
    socket.on('close', (code: number, reason: Buffer) => {
      this.#sockets.delete(connection)
      this.#runtime.input({ kind: 'closed', connection, code, reason: reason.toString('utf8') })
    })
    this.#runtime.input({ kind: 'opened', connection })
  }
}
