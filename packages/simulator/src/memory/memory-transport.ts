import type { Clock, Socket, SocketClose, SocketEvents, SocketOptions, Transport } from '@qqkit/core'

import type { Break } from '../core/kernel/effect.js'
import type { Runtime } from '../runtime/runtime.js'
import { MemoryDelivery } from './memory-delivery.js'

/** Time in which a client waits for the answer to its close frame, in ms, as in `ws`. */
const CLOSE_TIMEOUT = 30_000

type Phase = 'opening' | 'open' | 'closed'

const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code })

/** One socket with both of its ends: the client's and the platform's. */
class MemorySocket implements Socket {
  readonly connection: number
  readonly #runtime: Runtime
  readonly #clock: Clock
  readonly #events: SocketEvents
  readonly #maxPayload: number
  readonly #toPlatform: MemoryDelivery
  readonly #toClient: MemoryDelivery
  readonly #onEnd: () => void
  #phase: Phase = 'opening'
  #cancelClose: () => void = () => {}

  constructor(init: {
    readonly runtime: Runtime
    readonly clock: Clock
    readonly latency: number
    readonly events: SocketEvents
    readonly options: SocketOptions
    readonly onEnd: (socket: MemorySocket) => void
  }) {
    this.#runtime = init.runtime
    this.#clock = init.clock
    this.#events = init.events
    this.#maxPayload = init.options.maxPayload
    this.#toPlatform = new MemoryDelivery(init.clock, init.latency)
    this.#toClient = new MemoryDelivery(init.clock, init.latency)
    this.#onEnd = () => init.onEnd(this)
    this.connection = ++init.runtime.world.connectionsMade
  }

  handshake(path: string): void {
    this.#toPlatform.deliver(() =>
      this.#runtime.input({ kind: 'handshake', connection: this.connection, path }),
    )
  }

  accept(): void {
    this.#toClient.deliver(() => {
      if (this.#phase !== 'opening') return
      this.#phase = 'open'
      this.#events.onOpen()
    })
    this.#runtime.input({ kind: 'opened', connection: this.connection })
  }

  refuse(status: number): void {
    const error =
      status === 0
        ? failure('ECONNRESET', 'read ECONNRESET')
        : failure('EREFUSED', `Unexpected server response: ${status}`)
    this.#toClient.deliver(() => this.#end({ code: 1006, reason: '', error }))
  }

  /** The platform sends. */
  deliver(data: string | Uint8Array): void {
    this.#toClient.deliver(() => {
      if (this.#phase !== 'open') return
      const size = typeof data === 'string' ? Buffer.byteLength(data) : data.length
      if (size <= this.#maxPayload) {
        this.#events.onMessage(data)
        return
      }
      const error = failure('WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', 'Max payload size exceeded')
      this.#hangUp(1009, '')
      this.#end({ code: 1006, reason: '', error })
    })
  }

  /** The platform closes. */
  remoteClose(code: number, reason: string): void {
    this.#toClient.deliver(() => {
      this.#hangUp(code, reason)
      this.#end({ code, reason })
    })
  }

  /** The connection breaks. */
  remoteBreak(how: Break): void {
    this.#toClient.deliver(() => {
      this.#hangUp(1006, how)
      this.#end({
        code: 1006,
        reason: '',
        ...(how === 'reset' ? { error: failure('ECONNRESET', 'read ECONNRESET') } : {}),
      })
    })
  }

  /** Stops both directions. Frames that the platform sent before still arrive, as over sockets. */
  freeze(): void {
    this.#toClient.seal()
    this.#toPlatform.stop()
  }

  /** The simulator closes. */
  vanish(): void {
    this.#end({ code: 1006, reason: '' })
  }

  send(text: string): void {
    if (this.#phase !== 'open') return
    this.#toPlatform.deliver(() =>
      this.#runtime.input({ kind: 'received', connection: this.connection, data: text }),
    )
  }

  close(code: number, reason: string): void {
    if (this.#phase === 'closed') return
    this.#cancelClose()
    this.#cancelClose = this.#clock.setTimer(CLOSE_TIMEOUT, () => this.terminate())
    this.#toPlatform.deliver(() => {
      this.#runtime.input({ kind: 'closed', connection: this.connection, code, reason })
      this.#toClient.deliver(() => this.#end({ code, reason }))
    })
  }

  terminate(): void {
    if (this.#phase === 'closed') return
    this.#hangUp(1006, '')
    queueMicrotask(() => this.#end({ code: 1006, reason: '' }))
  }

  #hangUp(code: number, reason: string): void {
    this.#toPlatform.deliver(() =>
      this.#runtime.input({ kind: 'closed', connection: this.connection, code, reason }),
    )
  }

  #end(close: SocketClose): void {
    if (this.#phase === 'closed') return
    this.#phase = 'closed'
    this.#cancelClose()
    this.#toClient.stop()
    this.#onEnd()
    this.#events.onClose(close)
  }
}

/** Opens sockets to a simulator in the same process, with only the clock and the event loop. */
export class MemoryTransport implements Transport {
  readonly #runtime: Runtime
  readonly #clock: Clock
  readonly #latency: number
  readonly #sockets = new Map<number, MemorySocket>()

  /** @internal */
  constructor(runtime: Runtime, clock: Clock, latency: number) {
    this.#runtime = runtime
    this.#clock = clock
    this.#latency = latency
  }

  /** Opens a socket to the gateway's address. Other hosts fail with ENOTFOUND. */
  open(url: string, events: SocketEvents, options: SocketOptions): Socket {
    const target = new URL(url)
    const socket = new MemorySocket({
      runtime: this.#runtime,
      clock: this.#clock,
      latency: this.#latency,
      events,
      options,
      onEnd: ({ connection }) => this.#sockets.delete(connection),
    })
    this.#sockets.set(socket.connection, socket)
    if (`${target.protocol}//${target.host}` === this.#runtime.world.base.ws)
      socket.handshake(target.pathname)
    else queueMicrotask(() => socket.refuse(0))
    return socket
  }

  /** @internal */
  of(connection: number): MemorySocket | undefined {
    return this.#sockets.get(connection)
  }

  /** @internal */
  closeAll(): void {
    for (const socket of this.#sockets.values()) socket.vanish()
  }
}
