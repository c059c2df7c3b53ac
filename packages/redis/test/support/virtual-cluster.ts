import type { Delivery, LogRecord } from '@qqkit/core'
import { sleep } from '@qqkit/core/internal'
import { ManualClock, seededRandom } from '@qqkit/core/testing'

import { Publisher } from '../../src/events/publisher.js'
import { defaultConversation } from '../../src/events/raw-event.js'
import { SessionLocks } from '../../src/queue/session-locks.js'
import { audit } from '../../src/queue/audit.js'
import { RedisSource } from '../../src/worker/redis-source.js'
import { HandSource, message } from './hand-source.js'
import { type ModelLink, ModelServer } from './model-server.js'

const LEASE = 15_000
/** ms in which another event must be handled at the end: a worker may have died with it, and the next take long. */
const PATIENCE = 5 * LEASE
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
      // The second one has nothing to do, and opens the link for the first one now and then.
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
      orders: { channel: 'orders', leaveOut: async () => 0, owner: async () => null, tell: async () => {} },
      tellCode: () => {},
    })
    const running = source.run((delivery) => void this.#handle(delivery, begun)).catch(() => {})
    this.workers.push({ link, source, running, begun })
  }

  /** Ends a worker without a word, and hires another one. */
  kill(worker: VirtualWorker): void {
    this.#dismiss(worker)
    for (const text of worker.begun) this.#excused.add(text)
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
    if (last.bodies.size > 0) this.faults.push(`${last.bodies.size} events are left`)
    if (this.#hand.settled.length !== this.events) this.faults.push('an event was not settled')
    if (this.#done.size + last.dead.length < this.events) this.faults.push('an event was not handled')
    this.faults.push(...audit(last))
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
    return this.#hand.settled.length === this.events && this.server.events.snapshot().bodies.size === 0
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
      controlWords: [],
      listenToCodes: null,
    })
  }

  async #handle(delivery: Delivery, begun: Set<string>): Promise<void> {
    const text = String((delivery.frame.d as { readonly content: unknown }).content)
    const [conversation = '', number = ''] = text.split('/')
    begun.add(text)
    const other = this.#running.get(conversation)
    if (other?.lease?.valid()) this.faults.push(`${text} was begun while ${other.key} has a valid owner`)
    this.#running.set(conversation, delivery)
    const starts = (this.#starts.get(text) ?? 0) + 1
    this.#starts.set(text, starts)
    if (starts === 1) this.#begin(conversation, Number(number), text)
    const { handlerMs, isPoison } = this.#options
    await sleep(this.clock, handlerMs(this.random, text))
    const { lease } = delivery
    const worker = this.workers.find((one) => one.begun === begun)
    if (isPoison?.(text)) return worker && this.kill(worker)
    // As a reply does: it waits for the lease, or fails. A process that was killed has none, and never gets one again.
    for (let turn = 0; turn < 1000 && !lease?.valid() && !lease?.signal.aborted; turn += 1)
      await sleep(this.clock, 50)
    // Its lease was lost: another worker handles it.
    if (!lease?.valid()) return void this.#excused.add(text)
    this.#done.set(text, this.clock.now())
    delivery.settle('done')
    if (this.#running.get(conversation) === delivery) this.#running.delete(conversation)
  }

  /** For the first time. */
  #begin(conversation: string, number: number, text: string): void {
    const last = this.#last.get(conversation) ?? -1
    if (number !== last + 1) this.faults.push(`${text} came after ${conversation}/${last}`)
    this.#last.set(conversation, number)
    const freeAt = number === 0 ? -Infinity : (this.#done.get(`${conversation}/${last}`) ?? Infinity)
    const saidAt = this.#saidAt.get(text) ?? 0
    if (freeAt <= saidAt) this.waits.push(this.clock.now() - saidAt)
  }
}
