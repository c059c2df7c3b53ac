import type { Delivery, LogRecord } from '@qqkit/core'
import { sleep } from '@qqkit/core/internal'
import { ManualClock, seededRandom } from '@qqkit/core/testing'

import { Publisher } from '../../src/events/publisher.js'
import { controlWordsOf, defaultConversation } from '../../src/events/raw-event.js'
import { SessionLocks } from '../../src/queue/session-locks.js'
import { audit } from '../../src/queue/audit.js'
import { RedisSource } from '../../src/worker/redis-source.js'
import { HandSource, message } from './hand-source.js'
import { type ModelLink, ModelServer } from './model-server.js'

const LEASE = 15_000
/** ms in which another event must be handled at the end: a worker may have died with it, and the next take long. */
const PATIENCE = 5 * LEASE
/** ms of which a server may lose its writes together with the worker that knew of them. */
const FORGOTTEN = 5000
/** ms that a worker has to finish at a deploy. */
const STOP_TIMEOUT = 10_000

/** A worker of a {@link VirtualCluster}. */
export interface VirtualWorker {
  readonly link: ModelLink
  readonly source: RedisSource
  readonly running: Promise<void>
  /** What it has begun. */
  readonly begun: Set<string>
}

/** What a {@link VirtualCluster} is made of. */
export interface VirtualClusterOptions {
  readonly seed: number
  readonly workers: number
  readonly conversations: number
  /** ms of a handler, by the dice. */
  readonly handlerMs: (random: () => number, text: string) => number
  /** Whether the handler of an event kills its worker in the end. */
  readonly isPoison?: (text: string) => boolean
  /** The part of what people say that is an order to stop. */
  readonly orders?: number
}

/** Somebody stops what was said before in a conversation. */
interface SaidOrder {
  readonly conversation: number
  /** How much was said there. */
  readonly before: number
  /** When it was answered, by what a worker had begun; `null` until then. */
  answered: { readonly at: number; readonly by: ReadonlySet<string> } | null
}

/**
 * Workers and a publisher as they are, on a server that is a model, in the time of a clock by hand. What the handlers see is judged as it
 * happens.
 */
export class VirtualCluster {
  readonly clock: ManualClock = new ManualClock()
  readonly random: () => number
  readonly server: ModelServer
  readonly workers: VirtualWorker[] = []
  /** What is wrong. */
  readonly faults: string[] = []
  /** How often each record was logged. */
  readonly told: Record<string, number> = {}
  /** ms until each event was begun, but for those that waited for an earlier one of their conversation. */
  readonly waits: number[] = []
  /** Of events that were begun again. */
  again: number = 0
  readonly #options: VirtualClusterOptions
  readonly #hand = new HandSource()
  readonly #publisher: Publisher
  readonly #publishing: Promise<void>
  readonly #running = new Map<string, Delivery>()
  /** By conversation, how many were said, and the last that was begun for the first time. */
  readonly #said = new Map<number, number>()
  readonly #last = new Map<string, number>()
  readonly #saidAt = new Map<string, number>()
  readonly #starts = new Map<string, number>()
  /** When each was finished. */
  readonly #done = new Map<string, number>()
  readonly #orders: SaidOrder[] = []
  /** Begun by a worker that was killed, or that lost its lease: they may be handled again. */
  readonly #excused = new Set<string>()
  #hired = 0

  constructor(options: VirtualClusterOptions) {
    this.#options = options
    this.random = seededRandom(options.seed)
    this.server = new ModelServer(this.clock, this.random)
    this.#publisher = this.#publish()
    this.#publishing = this.#publisher.run()
    for (let count = 0; count < options.workers; count += 1) this.hire()
  }

  get events(): number {
    return this.#saidAt.size
  }

  /** Somebody writes. */
  say(): void {
    const conversation = Math.floor(this.random() * this.#options.conversations)
    const number = this.#said.get(conversation) ?? 0
    const { orders = 0 } = this.#options
    if (orders > 0 && this.random() < orders) {
      const place = this.#orders.push({ conversation, before: number, answered: null }) - 1
      return this.#hand.push(message(`/stop ${place}`, `person ${conversation}`))
    }
    this.#said.set(conversation, number + 1)
    const text = `${conversation}/${number}`
    this.#saidAt.set(text, this.clock.now())
    this.#hand.push(message(text, `person ${conversation}`))
  }

  /** How often the handler of an event began. */
  begun(text: string): number {
    return this.#starts.get(text) ?? 0
  }

  hire(): void {
    const link = this.server.link()
    const begun = new Set<string>()
    const source = new RedisSource({
      connection: link,
      // The second one has orders alone, and opens the link for the first one now and then.
      lanes: (['events', 'clicks'] as const).map((lane) => ({
        queue: link.queue(lane),
        elsewhere: link.elsewhere,
        slots: 20,
      })),
      subscribe: link.subscribe,
      clock: this.clock,
      random: this.random,
      log: this.#log,
      lease: LEASE,
      process: `w${(this.#hired += 1)}`,
      examine: async () => {},
      look: async () => null,
      tellCode: () => {},
    })
    const running = source.run((delivery) => void this.#handle(delivery, begun)).catch(() => {})
    this.workers.push({ link, source, running, begun })
  }

  /** Ends a worker without a word, and hires another one. */
  kill(worker: VirtualWorker): void {
    this.#dismiss(worker)
    for (const text of worker.begun) this.#excused.add(text)
    // The server may lose what it did as well, and nobody can tell the others.
    for (const order of this.#orders)
      if (order.answered?.by === worker.begun && this.clock.now() - order.answered.at < FORGOTTEN)
        order.answered = null
    this.server.forget(worker.link)
    this.hire()
  }

  /** Replaces a worker at once: what it has not finished goes to others. */
  close(worker: VirtualWorker): void {
    this.#dismiss(worker)
    for (const text of worker.begun) if (!this.#done.has(text)) this.#excused.add(text)
    this.hire()
    void worker.source.close()
  }

  /** Replaces a worker as a deploy does: it may finish. */
  async deploy(worker: VirtualWorker): Promise<void> {
    this.#dismiss(worker)
    this.hire()
    worker.source.drain()
    const until = this.clock.now() + STOP_TIMEOUT
    while (this.clock.now() < until && [...worker.begun].some((text) => !this.#done.has(text)))
      await sleep(this.clock, 50)
    for (const text of worker.begun) if (!this.#done.has(text)) this.#excused.add(text)
    await worker.source.close()
    await worker.running
  }

  /** Waits until everything is handled, ends all, and judges. */
  async end(): Promise<void> {
    const { clock } = this
    for (let [done, until] = [-1, 0]; !this.#isOver && (this.#done.size > done || clock.now() < until);) {
      if (this.#done.size > done) [done, until] = [this.#done.size, clock.now() + PATIENCE]
      await clock.advance(1000)
    }
    const last = this.server.events.snapshot()
    const orders = this.server.clicks.snapshot()
    if (!this.#isEmpty) this.faults.push(`${last.bodies.size + orders.bodies.size} events are left`)
    if (this.#hand.settled.length !== this.#count) this.faults.push('an event was not settled')
    const open = [...this.#saidAt.keys()].filter((text) => !this.#done.has(text) && !this.#mayBeLeftOut(text))
    if (last.dead.length < open.length) this.faults.push('an event was not handled')
    this.faults.push(...audit(last), ...audit(orders))
    for (const [text, starts] of this.#starts) {
      if (starts > 1) this.again += 1
      if (starts > 1 && !this.#excused.has(text)) this.faults.push(`${text} was handled ${starts} times`)
    }
    const closing = [this.#publisher.close(), ...this.workers.map(async ({ source }) => source.close())]
    await clock.advance(60_000)
    await Promise.all(closing)
    await this.#publishing
    if (clock.pending > 0) this.faults.push(`${clock.pending} timers are left`)
  }

  get #isOver(): boolean {
    return this.#hand.settled.length === this.#count && this.#isEmpty
  }

  get #isEmpty(): boolean {
    const { events, clicks } = this.server
    return [events, clicks].every((queue) => queue.snapshot().bodies.size === 0)
  }

  get #count(): number {
    return this.events + this.#orders.length
  }

  /** The orders that reach an event. */
  #ordersFor(text: string): readonly SaidOrder[] {
    const [conversation, number] = text.split('/').map(Number) as [number, number]
    return this.#orders.filter((one) => one.conversation === conversation && number < one.before)
  }

  #mayBeLeftOut(text: string): boolean {
    return this.#ordersFor(text).length > 0
  }

  #isOrderedToStop(text: string): boolean {
    return this.#ordersFor(text).some(({ answered }) => answered !== null)
  }

  readonly #log = ({ event }: LogRecord): void => {
    this.told[event] = (this.told[event] ?? 0) + 1
  }

  #dismiss(worker: VirtualWorker): void {
    this.workers.splice(this.workers.indexOf(worker), 1)
  }

  #publish(): Publisher {
    const link = this.server.link()
    return new Publisher({
      source: this.#hand,
      connection: link,
      examine: async () => {},
      queues: { events: link.queue('events'), clicks: link.queue('clicks') },
      locks: new SessionLocks(),
      clock: this.clock,
      log: this.#log,
      process: 'front',
      replicas: 0,
      confirm: async () => 0,
      backlog: 100_000,
      conversationOf: defaultConversation,
      look: async () => null,
      leave: async () => {},
      onRewound: () => {},
      controlWords: controlWordsOf(['/stop']),
      listenToCodes: null,
    })
  }

  async #handle(delivery: Delivery, begun: Set<string>): Promise<void> {
    const text = String((delivery.frame.d as { readonly content: unknown }).content)
    if (delivery.order) return this.#obey(delivery, this.#orders[Number(text.split(' ')[1])]!, begun)
    if (this.#isOrderedToStop(text)) this.faults.push(`${text} was begun after an order had been answered`)
    const [conversation = '', number = ''] = text.split('/')
    begun.add(text)
    const other = this.#running.get(conversation)
    if (other?.lease?.valid()) this.faults.push(`${text} was begun while ${other.key} has a valid owner`)
    this.#running.set(conversation, delivery)
    const starts = (this.#starts.get(text) ?? 0) + 1
    this.#starts.set(text, starts)
    if (starts === 1) this.#begin(conversation, Number(number), text)
    const { handlerMs, isPoison } = this.#options
    const { lease } = delivery
    // Another worker handles it, maybe to its end before this handler does.
    lease?.signal.addEventListener('abort', () => void this.#excused.add(text))
    await sleep(this.clock, handlerMs(this.random, text), lease?.stop).catch(() => {})
    const worker = this.workers.find((one) => one.begun === begun)
    if (isPoison?.(text)) return worker && this.kill(worker)
    if (!(await this.#mayAnswer(delivery))) return void this.#excused.add(text)
    if (!lease?.stop?.aborted && this.#isOrderedToStop(text))
      this.faults.push(`${text} was answered after an order had been answered`)
    this.#done.set(text, this.clock.now())
    delivery.settle('done')
    if (this.#running.get(conversation) === delivery) this.#running.delete(conversation)
  }

  async #obey(delivery: Delivery, order: SaidOrder, begun: ReadonlySet<string>): Promise<void> {
    await delivery.order?.stop({ waiting: true }).catch(() => {})
    if (!(await this.#mayAnswer(delivery))) return
    order.answered ??= { at: this.clock.now(), by: begun }
    delivery.settle('done')
  }

  /** As a reply does: it waits for the lease, or fails. A process that was killed has none, and never gets one again. */
  async #mayAnswer({ lease }: Delivery): Promise<boolean> {
    for (let turn = 0; turn < 1000 && !lease?.valid() && !lease?.signal.aborted; turn += 1)
      await sleep(this.clock, 50)
    return lease?.valid() === true
  }

  /** For the first time. */
  #begin(conversation: string, number: number, text: string): void {
    const last = this.#last.get(conversation) ?? -1
    const between = Array.from(
      { length: number - last - 1 },
      (_, index) => `${conversation}/${last + 1 + index}`,
    )
    if (number <= last || !between.every((one) => this.#mayBeLeftOut(one)))
      this.faults.push(`${text} came after ${conversation}/${last}`)
    this.#last.set(conversation, number)
    const freeAt = number === 0 ? -Infinity : (this.#done.get(`${conversation}/${last}`) ?? Infinity)
    const saidAt = this.#saidAt.get(text) ?? 0
    if (between.length === 0 && freeAt <= saidAt) this.waits.push(this.clock.now() - saidAt)
  }
}
