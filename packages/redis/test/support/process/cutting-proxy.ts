import { partsOf, ValueReader } from './resp.js'
import { type Carriage, type Passage, Way } from './way.js'

/** Where a command is cut off: before the server has it, after its reply came, between, or by a reset in the middle of its reply. */
export type Moment = 'before' | 'reply lost' | 'half a reply' | 'after'

/** What happens at one of the next commands. */
export interface Cut {
  /** Whether it is this command, the `count`-th of its kind on its connection. Asked once for each. */
  readonly at: (kind: string, count: number) => boolean
  readonly moment: Moment
  /** What else ends: called at the moment itself. */
  readonly strike: () => void
  /** Its connection ended before the moment came. */
  readonly miss?: () => void
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

/** The way of one process to Redis. It knows commands and replies, so that a connection can be cut at any of them. */
export class CuttingProxy {
  readonly way: Way
  /** ms by which a reply is late; those behind it wait as well. */
  lateness: () => number = () => 0
  #cut: Cut | null = null

  private constructor(way: Way) {
    this.way = way
  }

  /** @param socket of the server */
  static async open(socket: string): Promise<CuttingProxy> {
    const way = await Way.open(
      () => ({ path: socket }),
      (passage) => proxy.#carry(passage),
    )
    const proxy: CuttingProxy = new CuttingProxy(way)
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

  #carry({ client, target, end }: Passage): Carriage {
    const [requests, replies] = [new ValueReader(), new ValueReader()]
    /** Replies that go through before the one that is cut; `null`: all. */
    let left: number | null = null
    let open = 0
    let cut: Cut | null = null
    const counts = new Map<string, number>()
    const passing = new SlowQueue()
    client.once('close', () => {
      cut?.miss?.()
      cut = null
    })
    return {
      toTarget: (bytes) => {
        for (const request of requests.read(bytes)) {
          const due = this.#due(request, counts)
          if (due?.moment === 'before') {
            due.strike()
            return end('closed')
          }
          if (due) {
            cut = due
            left = open
          }
          open += 1
          target.write(request)
        }
      },
      toClient: (bytes) => {
        for (const reply of replies.read(bytes)) {
          open -= 1
          if (cut !== null && left === 0) {
            const { moment, strike } = cut
            cut = null
            if (moment === 'after') client.write(reply)
            if (moment === 'half a reply') client.write(reply.subarray(0, reply.length >> 1))
            strike()
            // What is killed reads no reply; what lives reads the last one.
            if (moment === 'after') client.end()
            else end(moment === 'half a reply' ? 'reset' : 'closed')
            return
          }
          if (left !== null) left -= 1
          passing.push(() => void (client.writable && client.write(reply)), this.lateness())
        }
      },
    }
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
