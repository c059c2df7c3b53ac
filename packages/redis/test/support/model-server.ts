import type { Clock } from '@qqkit/core'
import { sleep } from '@qqkit/core/internal'

import type { Connection } from '../../src/port/connection.js'
import { RedisError } from '../../src/port/errors.js'
import type { EventQueue } from '../../src/queue/event-queue.js'
import type { SettledElsewhere } from '../../src/worker/settled-elsewhere.js'
import { ModelQueue } from './model-queue.js'

/** ms between two moments to which a server may fall back: it writes its log that often. */
const WRITTEN_EVERY = 1000
/** ms that a command is on its way at most, and as long back. */
const WAY = 3

/** What the server finds when it returns. */
interface Written {
  readonly at: number
  readonly events: unknown
  readonly clicks: unknown
  readonly told: ReadonlySet<string>
}

/** A server that dies and returns without its last moments, in the time of a test. */
export class ModelServer {
  isUp: boolean = true
  startedAt: number = -Infinity
  readonly clicks: ModelQueue = new ModelQueue()
  readonly events: ModelQueue = new ModelQueue(this.clicks)
  readonly #clock: Clock
  readonly #random: () => number
  readonly #links = new Set<ModelLink>()
  readonly #listeners = new Set<(channel: string, message: string) => void>()
  #told = new Set<string>()
  #written: Written

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock
    this.#random = random
    this.#written = this.#all
    for (const queue of [this.events, this.clicks])
      queue.onStop = (conversation, { before, said }) =>
        this.say('orders', `${before} ${said === null ? '' : said * 1000} ${conversation}`)
  }

  /** The way of another process. */
  link(): ModelLink {
    const link = new ModelLink(this, this.#clock, this.#random)
    this.#links.add(link)
    return link
  }

  die(): void {
    this.isUp = false
    this.cutAll()
  }

  /** What was not written is lost; with nothing written, everything. */
  return(options: { readonly empty?: boolean } = {}): void {
    if (options.empty) this.empty()
    else {
      this.events.restore(this.#written.events)
      this.clicks.restore(this.#written.clicks)
      this.#told = new Set(this.#written.told)
    }
    this.isUp = true
    this.startedAt = this.#clock.now()
  }

  /** As FLUSHALL does, without an end of the connections. */
  empty(): void {
    const nothing = new ModelQueue().save()
    this.events.restore(nothing)
    this.clicks.restore(nothing)
    this.#told = new Set()
    this.#written = this.#all
  }

  cutAll(): void {
    for (const link of this.#links) link.cut()
  }

  forget(link: ModelLink): void {
    this.#links.delete(link)
    link.close()
  }

  execute<T>(work: () => T): T {
    if (this.#clock.now() - this.#written.at >= WRITTEN_EVERY) this.#written = this.#all
    this.events.now = this.#clock.wall()
    this.clicks.now = this.#clock.wall()
    return work()
  }

  get #all(): Written {
    const [events, clicks] = [this.events.save(), this.clicks.save()]
    return { at: this.#clock.now(), events, clicks, told: new Set(this.#told) }
  }

  /** Something may be ready. */
  say(channel: string, message: string = ''): void {
    for (const listener of this.#listeners) listener(channel, message)
  }

  hear(listener: (channel: string, message: string) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  tell(keys: readonly string[]): void {
    for (const key of keys) this.#told.add(key)
  }

  toldOf(keys: readonly string[]): ReadonlySet<string> {
    return new Set(keys.filter((key) => this.#told.has(key)))
  }
}

/** The way of one process to a {@link ModelServer}: opened by whatever is sent, as a connection is. */
export class ModelLink {
  lives: number = 0
  isOpen: boolean = false
  restartedAt: number = -Infinity
  readonly #server: ModelServer
  readonly #clock: Clock
  readonly #random: () => number
  readonly #onEnd = new Set<() => void>()
  #isClosed = false

  constructor(server: ModelServer, clock: Clock, random: () => number) {
    this.#server = server
    this.#clock = clock
    this.#random = random
  }

  cut(): void {
    this.isOpen = false
    const ended = [...this.#onEnd]
    this.#onEnd.clear()
    for (const onEnd of ended) onEnd()
  }

  close(): void {
    this.#isClosed = true
    this.cut()
  }

  readonly subscribe: Connection['subscribe'] = async (channels, onMessage, onEnd) => {
    await this.#pass()
    if (!this.#server.isUp) throw new RedisError('redis_unavailable')
    const end = this.#server.hear((channel, message) => {
      if (channels.includes(channel)) onMessage(message, channel)
    })
    this.#onEnd.add(() => {
      end()
      onEnd()
    })
    return end
  }

  queue(lane: 'events' | 'clicks'): EventQueue {
    const queue = this.#server[lane]
    return {
      ownKey: '',
      channel: lane,
      orders: 'orders',
      open: async (...args) => this.#send(() => queue.open(...args)),
      publish: async (...args) =>
        this.#send(() => {
          this.#server.say('clicks')
          return this.#saying(lane, queue.publish(...args))
        }),
      work: async (token, most, settled) =>
        this.#send(() => {
          const answer = queue.work(token, most, settled)
          return settled.length > 0 ? this.#saying(lane, answer) : answer
        }),
      tick: async (...args) => this.#send(() => queue.tick(...args)),
      join: async (...args) => this.#send(() => queue.join(...args)),
      note: async (...args) => this.#send(() => queue.note(...args)),
      seen: async (...args) => this.#send(() => queue.seen(...args)),
      unfinished: async (...args) => this.#send(() => queue.unfinished(...args)),
      stop: async (...args) => this.#send(() => queue.stop(...args)),
      stops: async (...args) => this.#send(() => queue.stops(...args)),
      owner: async (...args) => this.#send(() => queue.owner(...args)),
      snapshot: async () => this.#send(() => queue.snapshot()),
    }
  }

  get elsewhere(): SettledElsewhere {
    return {
      tell: async (keys) => this.#send(() => this.#server.tell(keys)),
      ask: async (keys) => this.#send(() => this.#server.toldOf(keys)),
    }
  }

  #saying<T>(channel: string, answer: T): T {
    this.#server.say(channel)
    return answer
  }

  async #pass(): Promise<void> {
    await sleep(this.#clock, 1 + Math.floor(this.#random() * WAY))
  }

  async #send<T>(work: () => T): Promise<T> {
    if (this.#isClosed) throw new RedisError('redis_closed')
    await this.#open()
    const { lives } = this
    const lost = (): boolean => !this.isOpen || this.lives !== lives
    await this.#pass()
    if (lost()) throw this.#error()
    const answer = this.#server.execute(work)
    await this.#pass()
    // Executed, and nobody hears of it.
    if (lost()) throw this.#error()
    return answer
  }

  async #open(): Promise<void> {
    if (this.isOpen) return
    await this.#pass()
    if (!this.#server.isUp || this.#isClosed) throw this.#error()
    if (this.isOpen) return
    this.isOpen = true
    this.lives += 1
    this.restartedAt = this.#server.startedAt
  }

  #error(): RedisError {
    return new RedisError(this.#isClosed ? 'redis_closed' : 'redis_unavailable')
  }
}
