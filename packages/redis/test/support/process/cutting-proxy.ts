import { once } from 'node:events'
import { createConnection, createServer, type Server, type Socket } from 'node:net'

import { partsOf, ValueReader } from './resp.js'

/** Where a command is cut off: before the server has it, after its reply came, or between. */
export type Moment = 'before' | 'reply lost' | 'after'

/** What happens at one of the next commands. */
export interface Cut {
  /** Whether it is this command, the `count`-th of its kind on its connection. Asked once for each. */
  readonly at: (kind: string, count: number) => boolean
  readonly moment: Moment
  /** What else ends: called at the moment itself. */
  readonly strike: () => void
}

/** Cuts after so many commands. */
export const after = (commands: number): Cut['at'] => {
  let left = commands
  return () => (left -= 1) < 0
}

/**
 * What a command is, without what differs from one time to the next: its name, for a script the keys, and how many there are. What a
 * server is tried with at the start is one kind.
 */
const kindOf = (request: Buffer): string => {
  const [name = '', ...args] = partsOf(request)
  const isScript = /^eval(?:sha)?$/i.test(name)
  const keys = isScript ? args.slice(2, 2 + Number(args[1])) : args.slice(0, 1)
  if (keys.some((key) => key.includes(':trial:'))) return 'trial'
  const short = keys.map((key) =>
    key
      .replace(/^qqkit:\{[^}]*\}:/, '')
      .replace(/^limit:[^:]*/, 'limit')
      .replaceAll(/[\w+/=-]*\d[\w+/=-]*/g, '#'),
  )
  return [name.toUpperCase(), ...new Set(short)].join(' ')
}

/** How the proxy treats its connections. */
export type ProxyMode = 'open' | 'silent' | 'closed'

/** What takes its time, in order. */
class SlowQueue {
  readonly #waiting: { readonly at: number; readonly work: () => void }[] = []
  #timer: NodeJS.Timeout | undefined

  push(work: () => void, ms: number): void {
    const last = this.#waiting.at(-1)?.at ?? 0
    this.#waiting.push({ at: Math.max(last, performance.now() + ms), work })
    if (this.#timer === undefined) this.#work()
  }

  #work(): void {
    this.#timer = undefined
    while ((this.#waiting[0]?.at ?? Infinity) <= performance.now()) this.#waiting.shift()!.work()
    const [next] = this.#waiting
    if (next) this.#timer = setTimeout(() => this.#work(), next.at - performance.now())
  }
}

/**
 * The way of one process to Redis. It knows commands and replies, so that a connection can be cut at any of them; and it can be
 * silent, as a network that swallows packets.
 */
export class CuttingProxy {
  readonly path: string
  readonly #target: string
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #mode: ProxyMode = 'open'
  /** ms by which a reply is late; those behind it wait as well. */
  lateness: () => number = () => 0
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
    const counts = new Map<string, number>()
    client.on('data', (bytes) => {
      if (this.#mode === 'silent') return
      for (const request of requests.read(bytes)) {
        const due = this.#due(request, counts)
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
    const passing = new SlowQueue()
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
        passing.push(() => void (client.writable && client.write(reply)), this.lateness())
      }
    })
  }

  #due(request: Buffer, counts: Map<string, number>): Cut | null {
    const cut = this.#cut
    const kind = kindOf(request)
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    if (!cut?.at(kind, count)) return null
    this.#cut = null
    return cut
  }
}
