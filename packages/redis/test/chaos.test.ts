import process from 'node:process'

import type { Delivery, LogRecord } from '@qqkit/core'
import { sleep } from '@qqkit/core/internal'
import { ManualClock, seededRandom } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import { Publisher } from '../src/events/publisher.js'
import { defaultConversation } from '../src/events/raw-event.js'
import { audit } from '../src/queue/audit.js'
import { RedisSource } from '../src/worker/redis-source.js'
import { HandSource, message } from './support/hand-source.js'
import { type ModelLink, ModelServer } from './support/model-server.js'

/** More nights with `CHAOS_NIGHTS=1000`, others with `CHAOS_FIRST=100`. */
const NIGHTS = Number(process.env['CHAOS_NIGHTS'] ?? 3)
const FIRST = Number(process.env['CHAOS_FIRST'] ?? 1)

/** ms of the clock by hand. */
const LENGTH = 30_000
const LEASE = 15_000
const WORKERS = 3
const CONVERSATIONS = 30
/** ms between two events, and between two faults. */
const PACE = 40
const FAULTS = 2500
/** One handler in so many is long. */
const LONG = 60
/** ms in which another event must be handled after the last fault: a worker may have died with it, and the next take long. */
const PATIENCE = 5 * LEASE

interface Worker {
  readonly link: ModelLink
  readonly begun: Set<string>
  readonly close: () => Promise<void>
}

/** Workers and a publisher as they are, on a server that is a model: all that happens in one night, in the time of a clock by hand. */
class ChaosNight {
  readonly clock = new ManualClock()
  readonly #random: () => number
  readonly #server: ModelServer
  readonly #workers: Worker[] = []
  readonly #running = new Map<string, Delivery>()
  /** By conversation, how many were said, and the last that was begun for the first time. */
  readonly #said = new Map<number, number>()
  readonly #last = new Map<string, number>()
  readonly #starts = new Map<string, number>()
  readonly #done = new Set<string>()
  /** Begun by a worker that was killed, or that lost its lease: they may be handled again. */
  readonly #excused = new Set<string>()
  readonly #hand = new HandSource()
  readonly told: Record<string, number> = {}
  readonly #log = ({ event }: LogRecord): void => {
    this.told[event] = (this.told[event] ?? 0) + 1
  }
  readonly faults: string[] = []
  readonly counts: Record<'events' | 'restarts' | 'cuts' | 'kills' | 'deploys' | 'again', number> = {
    events: 0,
    restarts: 0,
    cuts: 0,
    kills: 0,
    deploys: 0,
    again: 0,
  }

  constructor(seed: number) {
    this.#random = seededRandom(seed)
    this.#server = new ModelServer(this.clock, this.#random)
  }

  async play(): Promise<void> {
    const { clock } = this
    const publisher = this.#publish()
    const publishing = publisher.run()
    for (let count = 0; count < WORKERS; count += 1) this.#hire()
    for (let faultAt = FAULTS; clock.now() < LENGTH;) {
      this.#say()
      if (clock.now() >= faultAt) {
        this.#fault()
        faultAt = clock.now() + FAULTS
      }
      await clock.advance(PACE)
    }
    const isOver = (): boolean =>
      this.#hand.settled.length === this.counts.events && this.#server.events.snapshot().bodies.size === 0
    for (const end = clock.now() + PATIENCE; !isOver() && clock.now() < end;) await clock.advance(1000)
    const { bodies, dead } = this.#server.events.snapshot()
    if (bodies.size > 0) this.faults.push(`${bodies.size} events are left`)
    if (this.#hand.settled.length !== this.counts.events) this.faults.push('an event was not settled')
    if (this.#done.size + dead.length < this.counts.events) this.faults.push('an event was not handled')
    this.faults.push(...audit(this.#server.events.snapshot()))
    for (const [text, starts] of this.#starts) {
      if (starts > 1) this.counts.again += 1
      if (starts > 1 && !this.#excused.has(text)) this.faults.push(`${text} was handled ${starts} times`)
    }
    const closing = Promise.all([publisher.close(), ...this.#workers.map(async ({ close }) => close())])
    await clock.advance(60_000)
    await closing
    await publishing
    if (clock.pending > 0) this.faults.push(`${clock.pending} timers are left`)
  }

  #publish(): Publisher {
    const link = this.#server.link()
    return new Publisher({
      source: this.#hand,
      connection: link,
      examine: async () => {},
      queues: { events: link.queue('events'), clicks: link.queue('clicks') },
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

  #say(): void {
    const conversation = Math.floor(this.#random() * CONVERSATIONS)
    const number = this.#said.get(conversation) ?? 0
    this.#said.set(conversation, number + 1)
    this.counts.events += 1
    this.#hand.push(message(`${conversation}/${number}`, `person ${conversation}`))
  }

  #hired = 0

  #hire(): void {
    const link = this.#server.link()
    const begun = new Set<string>()
    const source = new RedisSource({
      connection: link,
      // The second one has nothing to do, and opens the link for the first one now and then.
      lanes: (['events', 'clicks'] as const).map((lane) => ({
        queue: link.queue(lane),
        elsewhere: link.elsewhere,
        slots: 20,
      })),
      listen: link.listen,
      clock: this.clock,
      random: this.#random,
      log: this.#log,
      lease: LEASE,
      process: `w${(this.#hired += 1)}`,
      examine: async () => {},
      look: async () => null,
      orders: { leaveOut: async () => 0, owner: async () => null, tell: async () => {} },
      tellCode: () => {},
    })
    const running = source.run((delivery) => void this.#handle(delivery, begun)).catch(() => {})
    this.#workers.push({
      link,
      begun,
      close: async () => {
        await source.close()
        await running
      },
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
    const last = this.#last.get(conversation) ?? -1
    if (starts === 1 && Number(number) !== last + 1)
      this.faults.push(`${text} came after ${conversation}/${last}`)
    if (starts === 1) this.#last.set(conversation, Number(number))
    await sleep(this.clock, this.#random() * LONG < 1 ? LEASE * 1.5 : this.#random() * 200)
    const { lease } = delivery
    // As a reply does: it waits for the lease, or fails.
    while (!lease?.valid() && !lease?.signal.aborted && !begun.has('dead')) await sleep(this.clock, 50)
    // Its lease was lost: another worker handles it.
    if (!lease?.valid()) return void this.#excused.add(text)
    this.#done.add(text)
    delivery.settle('done')
    if (this.#running.get(conversation) === delivery) this.#running.delete(conversation)
  }

  #fault(): void {
    const dice = this.#random()
    if (dice < 0.3) {
      this.counts.restarts += 1
      this.#server.die()
      this.clock.setTimer(this.#random() * 1500, () => this.#server.return())
    } else if (dice < 0.6) {
      this.counts.cuts += 1
      this.#server.cutAll()
    } else {
      const [worker] = this.#workers.splice(Math.floor(this.#random() * this.#workers.length), 1)
      if (!worker) return
      for (const text of worker.begun) if (dice < 0.8 || !this.#done.has(text)) this.#excused.add(text)
      if (dice < 0.8) {
        this.counts.kills += 1
        worker.begun.add('dead')
        this.#server.forget(worker.link)
      } else {
        this.counts.deploys += 1
        void worker.close()
      }
      this.#hire()
    }
  }
}

describe('RD-27 a night of faults', () => {
  it.each(Array.from({ length: NIGHTS }, (_, index) => FIRST + index))(
    'RD-27 loses nothing, keeps order and one valid owner, and leaves an empty, whole queue (seed %d)',
    async (seed) => {
      const night = new ChaosNight(seed)
      await night.play()
      expect(night.faults, JSON.stringify([night.counts, night.told])).toEqual([])
    },
  )
})
