import { once } from 'node:events'
import {
  type AddressInfo,
  createConnection,
  createServer,
  type NetConnectOpts,
  type Server,
  type Socket,
} from 'node:net'

/** How a way treats its connections; a silent one is a network that swallows packets. */
export type WayMode = 'open' | 'silent' | 'closed'

/** How a connection ends for the process: in order, or by a reset of TCP. */
export type Ending = 'closed' | 'reset'

/** One connection over a way. */
export interface Passage {
  /** The side of the process. */
  readonly client: Socket
  readonly target: Socket
  readonly end: (how: Ending) => void
}

/** What becomes of the bytes of one connection. */
export interface Carriage {
  readonly toTarget: (bytes: Buffer) => void
  readonly toClient: (bytes: Buffer) => void
}

/** Passes bytes on as they come. */
const plain = ({ client, target }: Passage): Carriage => ({
  toTarget: (bytes) => void target.write(bytes),
  toClient: (bytes) => void client.write(bytes),
})

/** The way of a process to a server, over a port of its own: it can be silent for a while, and its connections can be ended. */
export class Way {
  readonly #server: Server
  readonly #passages = new Set<Passage>()
  #mode: WayMode = 'open'

  private constructor(target: () => NetConnectOpts, carry: (passage: Passage) => Carriage) {
    this.#server = createServer({ noDelay: true }, (client) => {
      if (this.#mode === 'closed') client.destroy()
      else this.#pass(client, createConnection(target()), carry)
    })
  }

  /** @param target where a connection leads that is opened now */
  static async open(
    target: () => NetConnectOpts,
    carry: (passage: Passage) => Carriage = plain,
  ): Promise<Way> {
    const way = new Way(target, carry)
    way.#server.listen(0, '127.0.0.1')
    await once(way.#server, 'listening')
    return way
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** @param how connections end that are of no use any more: what a silent network has swallowed never comes */
  change(mode: WayMode, how: Ending = 'closed'): void {
    const before = this.#mode
    this.#mode = mode
    if (mode === 'closed' || (before === 'silent' && mode === 'open')) this.endAll(how)
  }

  endAll(how: Ending): void {
    for (const passage of this.#passages) passage.end(how)
  }

  async close(): Promise<void> {
    this.endAll('closed')
    this.#server.close()
    await once(this.#server, 'close')
  }

  #pass(client: Socket, target: Socket, carry: (passage: Passage) => Carriage): void {
    const passage: Passage = {
      client,
      target,
      end: (how) => {
        this.#passages.delete(passage)
        if (how === 'reset') client.resetAndDestroy()
        else client.destroy()
        target.destroy()
      },
    }
    this.#passages.add(passage)
    const { toTarget, toClient } = carry(passage)
    for (const [socket, forward] of [
      [client, toTarget],
      [target, toClient],
    ] as const) {
      socket.on('error', () => passage.end('closed'))
      socket.on('close', () => passage.end('closed'))
      socket.on('data', (bytes: Buffer) => {
        if (this.#mode !== 'silent') forward(bytes)
      })
    }
  }
}
