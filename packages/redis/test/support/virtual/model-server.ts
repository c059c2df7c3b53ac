import type { Clock } from '@qqkit/core'

import type { Settled, TakenEvent } from '../../../src/queue/event-queue.js'
import { ModelQueue } from '../model-queue.js'

/** ms between two moments to which a server may fall back: it writes its log that often. */
const WRITTEN_EVERY = 1000
/** ms for which such moments are kept. */
const KEPT = 10_000

/** Everything that the server keeps, at one moment. */
interface Written {
  readonly at: number
  readonly events: unknown
  readonly clicks: unknown
  /** Settlements of which workers told. */
  readonly told: ReadonlySet<string>
  readonly hashes: ReadonlyMap<string, ReadonlyMap<string, string>>
}

/** The channel of orders. */
export const ORDERS = 'orders'

/** The lanes of the queue. */
export type Lane = 'events' | 'clicks'

/** What the server did, for those who judge. */
export interface ServerWatch {
  readonly onTaken: (token: string, taken: readonly TakenEvent[]) => void
  /** A lease was given or renewed, for some ms. */
  readonly onLease: (token: string, ms: number) => void
  readonly onSettled: (token: string, settled: readonly Settled[]) => void
  /** Leases that ran out. */
  readonly onReaped: (tokens: readonly string[]) => void
}

/** Moments at which the server lost what it had confirmed since another moment. */
export interface Loss {
  readonly at: number
  readonly since: number
}

/** A server that dies and returns without its last moments, stands still, or forgets, in the time of a test. */
export class ModelServer {
  isUp: boolean = true
  /** How often it was started. */
  lives: number = 1
  readonly losses: Loss[]
  readonly clicks: ModelQueue = new ModelQueue()
  readonly events: ModelQueue = new ModelQueue(this.clicks)
  readonly #clock: Clock
  readonly #watch: ServerWatch
  readonly #scripts = new Set<string>()
  readonly #calls = new Map<string, () => unknown>()
  readonly #listeners = new Set<(channel: string, message: string) => void>()
  readonly #onDeath = new Set<() => void>()
  #told = new Set<string>()
  #hashes = new Map<string, Map<string, string>>()
  #written: Written[]
  #handles = 0
  /** What comes while it stands still. */
  #waiting: (() => void)[] | null = null

  /** @param losses to which each is added */
  constructor(clock: Clock, watch: ServerWatch, losses: Loss[] = []) {
    this.losses = losses
    this.#clock = clock
    this.#watch = watch
    this.#written = [this.#all]
    for (const queue of [this.events, this.clicks])
      queue.onStop = (conversation, { before, said }) =>
        this.say(ORDERS, `${before} ${said === null ? '' : said * 1000} ${conversation}`)
  }

  /** The name of a call of the queue, for {@link execute}. */
  call(work: () => unknown): string {
    const handle = String((this.#handles += 1))
    this.#calls.set(handle, work)
    return handle
  }

  die(): void {
    if (!this.isUp) return
    this.isUp = false
    this.#waiting = null
    const ended = [...this.#onDeath]
    this.#onDeath.clear()
    for (const onDeath of ended) onDeath()
  }

  /** Starts again: what was not written is lost, or all of the last `ms`, or everything. */
  return({ ms = 0, empty = false }: { readonly ms?: number; readonly empty?: boolean } = {}): void {
    if (this.isUp) return
    const now = this.#clock.now()
    const written = this.#written.findLast(({ at }) => at <= now - ms) ?? this.#written[0]!
    if (empty) this.empty()
    else this.#restore(written)
    this.isUp = true
    this.lives += 1
    this.#scripts.clear()
  }

  /** As FLUSHALL does, without an end of the connections. */
  empty(): void {
    const nothing = new ModelQueue().save()
    this.#restore({ at: -Infinity, events: nothing, clicks: nothing, told: new Set(), hashes: new Map() })
  }

  forgetScripts(): void {
    this.#scripts.clear()
  }

  /** Executes nothing for a while. */
  stand(ms: number): void {
    if (this.#waiting !== null || !this.isUp) return
    const waiting: (() => void)[] = []
    this.#waiting = waiting
    this.#clock.setTimer(ms, () => {
      if (this.#waiting !== waiting) return
      this.#waiting = null
      for (const execute of waiting) execute()
    })
  }

  /** Calls when it dies. */
  onDeath(call: () => void): () => void {
    this.#onDeath.add(call)
    return () => void this.#onDeath.delete(call)
  }

  /** Executes something when it can. */
  reach(execute: () => void): void {
    if (this.#waiting === null) execute()
    else this.#waiting.push(execute)
  }

  /** @throws what the server would answer as an error */
  execute([name = '', ...args]: readonly string[]): unknown {
    const now = this.#clock.now()
    if (now - this.#written.at(-1)!.at >= WRITTEN_EVERY)
      this.#written = [...this.#written.filter(({ at }) => now - at <= KEPT), this.#all]
    this.events.now = this.#clock.wall()
    this.clicks.now = this.#clock.wall()
    const [key = '', ...rest] = args
    switch (name) {
      case 'EVALSHA':
        if (!this.#scripts.has(key)) throw new Error('NOSCRIPT No matching script.')
        return this.#run(args.at(-1)!)
      case 'EVAL':
        return this.#run(args.at(-1)!)
      case 'INFO':
        return `role:master\r\nrun_id:${this.lives}\r\nmaster_replid:${this.lives}\r\nloading:0\r\n`
      case 'TIME':
        return [
          String(Math.floor(this.#clock.wall() / 1000)),
          String(Math.floor(this.#clock.wall() % 1000) * 1000),
        ]
      case 'HMGET':
        return rest.map((field) => this.#hashes.get(key)?.get(field) ?? null)
      case 'HSET':
        return void this.#hashes.set(key, new Map([...(this.#hashes.get(key) ?? []), ...pairs(rest)]))
      default:
        throw new Error(`ERR unknown command ${name}`)
    }
  }

  /** Something may be ready. */
  say(channel: string, message: string = ''): void {
    for (const listener of this.#listeners) listener(channel, message)
  }

  hear(listener: (channel: string, message: string) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** How many connections listen. */
  get listeners(): number {
    return this.#listeners.size
  }

  learn(script: string): void {
    this.#scripts.add(script)
  }

  tell(keys: readonly string[]): void {
    for (const key of keys) this.#told.add(key)
  }

  toldOf(keys: readonly string[]): ReadonlySet<string> {
    return new Set(keys.filter((key) => this.#told.has(key)))
  }

  get watch(): ServerWatch {
    return this.#watch
  }

  #run(handle: string): unknown {
    const work = this.#calls.get(handle)
    this.#calls.delete(handle)
    return work?.()
  }

  #restore({ at, events, clicks, told, hashes }: Written): void {
    this.losses.push({ at: this.#clock.now(), since: at })
    this.events.restore(events)
    this.clicks.restore(clicks)
    this.#told = new Set(told)
    this.#hashes = new Map([...hashes].map(([key, fields]) => [key, new Map(fields)]))
    this.#written = [{ ...this.#all, at: -Infinity }]
  }

  get #all(): Written {
    return {
      at: this.#clock.now(),
      events: this.events.save(),
      clicks: this.clicks.save(),
      told: new Set(this.#told),
      hashes: new Map(this.#hashes),
    }
  }
}

const pairs = (flat: readonly string[]): readonly (readonly [string, string])[] =>
  Array.from({ length: flat.length / 2 }, (_, index) => [flat[2 * index]!, flat[2 * index + 1]!] as const)
