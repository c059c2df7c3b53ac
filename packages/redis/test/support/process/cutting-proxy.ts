import { once } from 'node:events'
import { createConnection, createServer, type Server, type Socket } from 'node:net'

import { ValueReader } from './resp.js'

/** Where a command is cut off: before the server has it, after its reply came, or between. */
export type Moment = 'before' | 'reply lost' | 'after'

/** What happens at one of the next commands. */
export interface Cut {
  /** How many commands go through before. */
  readonly after: number
  readonly moment: Moment
  /** What else ends: called at the moment itself. */
  readonly strike: () => void
}

/** How the proxy treats its connections. */
export type ProxyMode = 'open' | 'silent' | 'closed'

/**
 * The way of one process to Redis. It knows commands and replies, so that a connection can be cut at any of them; and it can be
 * silent, as a network that swallows packets.
 */
export class CuttingProxy {
  readonly path: string
  /** Scripts that went through, by the first characters of their digest. */
  commands = 0
  readonly #target: string
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #mode: ProxyMode = 'open'
  #cut: Cut | null = null

  private constructor(path: string, target: string) {
    this.path = path
    this.#target = target
    this.#server = createServer((client) => this.#serve(client))
  }

  /** @param path of its socket; `target` is the one of the server */
  static async open(path: string, target: string): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(path, target)
    proxy.#server.listen(path)
    await once(proxy.#server, 'listening')
    return proxy
  }

  /** Cuts at one of the next commands; `null` takes back what did not happen. */
  cutAt(cut: Cut | null): void {
    this.#cut = cut
  }

  /** Whether a cut is still to come. */
  get isArmed(): boolean {
    return this.#cut !== null
  }

  set mode(mode: ProxyMode) {
    const before = this.#mode
    this.#mode = mode
    // What a silent network has swallowed never comes; connections that were open are of no use.
    if (mode === 'closed' || (before === 'silent' && mode === 'open')) this.cutAll()
  }

  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    this.cutAll()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #serve(client: Socket): void {
    if (this.#mode === 'closed') {
      client.destroy()
      return
    }
    const server = createConnection(this.#target)
    const end = (): void => {
      for (const socket of [client, server]) {
        socket.destroy()
        this.#sockets.delete(socket)
      }
    }
    for (const socket of [client, server]) {
      this.#sockets.add(socket)
      socket.on('error', end)
      socket.on('close', end)
    }
    const [requests, replies] = [new ValueReader(), new ValueReader()]
    /** Replies that go through before the one that is cut; `null`: all. */
    let left: number | null = null
    let open = 0
    let cut: Cut | null = null
    client.on('data', (bytes) => {
      if (this.#mode === 'silent') return
      for (const request of requests.read(bytes)) {
        this.commands += 1
        const due = this.#due()
        if (due?.moment === 'before') {
          due.strike()
          end()
          return
        }
        if (due) {
          cut = due
          left = open
        }
        open += 1
        server.write(request)
      }
    })
    server.on('data', (bytes) => {
      if (this.#mode === 'silent') return
      for (const reply of replies.read(bytes)) {
        open -= 1
        if (cut !== null && left === 0) {
          if (cut.moment === 'after') client.write(reply)
          cut.strike()
          // What is killed reads no reply; what lives reads the last one.
          if (cut.moment === 'after') client.end()
          else end()
          cut = null
          return
        }
        if (left !== null) left -= 1
        client.write(reply)
      }
    })
  }

  #due(): Cut | null {
    const cut = this.#cut
    if (!cut) return null
    if (cut.after > 0) {
      this.#cut = { ...cut, after: cut.after - 1 }
      return null
    }
    this.#cut = null
    return cut
  }
}
