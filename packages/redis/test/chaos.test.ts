import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'

import type { Delivery, LogRecord } from '@qqkit/core'
import { seededRandom } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import type { QqkitRedis } from '../src/qqkit-redis.js'
import { QueueDelivery } from '../src/worker/queue-delivery.js'
import { HandSource, message } from './support/hand-source.js'
import { RedisServer } from './support/redis-server.js'
import { RedisStage } from './support/redis-stage.js'

/** Longer with `CHAOS_SECONDS=60`, another night with `CHAOS_SEED=2`. */
const SECONDS = Number(process.env['CHAOS_SECONDS'] ?? 6)
const SEED = Number(process.env['CHAOS_SEED'] ?? 1)

const LEASE = 1500
const WORKERS = 3
const CONVERSATIONS = 40
/** ms between two events, and between two faults. */
const PACE = 4
const FAULTS = 600
/** One handler in so many is long. */
const LONG = 150

interface Worker {
  readonly name: string
  readonly redis: QqkitRedis
  readonly close: () => Promise<void>
  readonly begun: Set<string>
}

/** Everything that happens in one night, judged by what the handlers saw. */
class ChaosNight {
  readonly #random = seededRandom(SEED)
  readonly #server: RedisServer
  readonly #stage: RedisStage
  readonly #workers: Worker[] = []
  readonly #running = new Map<string, Delivery>()
  /** By conversation, how many were said, and the last that was begun for the first time. */
  readonly #said = new Map<number, number>()
  readonly #last = new Map<string, number>()
  readonly #starts = new Map<string, number>()
  /** When what happened, for the message of a fault. */
  readonly #diary: string[] = []
  readonly #begunAt = performance.now()
  readonly #done = new Set<string>()
  /** Begun by a worker that was killed, or that lost its lease: they may be handled again. */
  readonly #excused = new Set<string>()
  readonly #hand = new HandSource()
  /** Three workers died with them: a long handler, in a night like this. */
  #givenUp = 0
  #hired = 0
  readonly #log = ({ event, id }: LogRecord): void => {
    if (event === 'redis.dead') this.#givenUp += 1
    // This program was blocked for longer than a lease, and says for which event.
    const text = event === 'redis.settled_late' ? this.#ids.get(String(id)) : undefined
    if (text !== undefined) this.#excused.add(text)
  }
  /** Texts by the id of their event. */
  readonly #ids = new Map<string, string>()
  readonly faults: string[] = []
  readonly counts: Record<'events' | 'restarts' | 'cuts' | 'kills' | 'deploys', number> = {
    events: 0,
    restarts: 0,
    cuts: 0,
    kills: 0,
    deploys: 0,
  }

  constructor(server: RedisServer) {
    this.#server = server
    this.#stage = new RedisStage(server)
  }

  async play(): Promise<void> {
    const publisher = this.#process().publish(this.#hand)
    const publishing = publisher.run()
    for (let count = 0; count < WORKERS; count += 1) this.#hire()
    const end = performance.now() + SECONDS * 1000
    let faultAt = performance.now() + FAULTS
    while (performance.now() < end) {
      this.#say()
      if (performance.now() >= faultAt) {
        await this.#fault()
        faultAt = performance.now() + FAULTS
      }
      await delay(PACE)
    }
    await this.#stage.until(
      async () =>
        this.#done.size + this.#givenUp >= this.counts.events &&
        (await this.#stage.queue().snapshot()).bodies.size === 0,
      'not all were handled',
    )
    this.faults.push(...(await this.#stage.faults()))
    const twice = [...this.#starts].filter(([text, starts]) => starts > 1 && !this.#excused.has(text))
    for (const [text, starts] of twice)
      this.faults.push(`${text} was handled ${starts} times: ${this.#about(text)}`)
    if (this.#hand.settled.length !== this.counts.events) this.faults.push('an event was not settled')
    await Promise.all(this.#workers.map(async ({ close }) => close()))
    await publisher.close()
    await publishing
    await this.#stage.dispose()
  }

  #note(what: string): void {
    this.#diary.push(`${(performance.now() - this.#begunAt).toFixed(0)} ${what}`)
  }

  /** What is known of an event, with the faults around it. */
  #about(text: string): string {
    const own = this.#diary.map((line) => line.endsWith(` ${text}`))
    const [from, to] = [own.indexOf(true), own.lastIndexOf(true)]
    const isFault = (line: string): boolean => line.includes('fault')
    const before = this.#diary.slice(0, from).filter(isFault).slice(-3)
    return [
      ...before,
      ...this.#diary.slice(from, to + 1).filter((line, index) => own[from + index] || isFault(line)),
    ].join(', ')
  }

  #process(): QqkitRedis {
    return this.#stage.process({ lease: LEASE, log: this.#log })
  }

  #say(): void {
    const conversation = Math.floor(this.#random() * CONVERSATIONS)
    const number = this.#said.get(conversation) ?? 0
    this.#said.set(conversation, number + 1)
    this.counts.events += 1
    this.#hand.push(message(`${conversation}/${number}`, `person ${conversation}`))
  }

  #hire(): void {
    const redis = this.#process()
    const source = redis.source()
    const begun = new Set<string>()
    const name = `w${(this.#hired += 1)}`
    const running = source.run((delivery) => void this.#handle(delivery, begun, name))
    running.catch(() => {})
    this.#workers.push({
      name,
      redis,
      begun,
      close: async () => {
        await source.close()
        await running.catch(() => {})
      },
    })
  }

  async #handle(delivery: Delivery, begun: Set<string>, name: string): Promise<void> {
    const text = String((delivery.frame.d as { readonly content: unknown }).content)
    const [conversation = '', number = ''] = text.split('/')
    begun.add(text)
    if (delivery instanceof QueueDelivery) this.#ids.set(delivery.event.id, text)
    this.#note(`${name} begins ${text}`)
    const other = this.#running.get(conversation)
    if (other?.lease?.valid()) this.faults.push(`${text} was begun while ${other.key} has a valid owner`)
    this.#running.set(conversation, delivery)
    const starts = (this.#starts.get(text) ?? 0) + 1
    this.#starts.set(text, starts)
    const last = this.#last.get(conversation) ?? -1
    if (starts === 1 && Number(number) !== last + 1)
      this.faults.push(`${text} came after ${conversation}/${last}`)
    if (starts === 1) this.#last.set(conversation, Number(number))
    await delay(this.#random() * LONG < 1 ? LEASE * 2 : this.#random() * 20)
    // As a reply does: it waits for the lease, or fails.
    while (!delivery.lease?.valid() && !delivery.lease?.signal.aborted) await delay(PACE)
    // Its lease was lost: another worker handles it.
    if (delivery.lease?.signal.aborted) {
      this.#excused.add(text)
      return
    }
    this.#done.add(text)
    this.#note(`${name} ends ${text}`)
    delivery.settle('done')
    if (this.#running.get(conversation) === delivery) this.#running.delete(conversation)
  }

  async #fault(): Promise<void> {
    const dice = this.#random()
    if (dice < 0.3) {
      this.counts.restarts += 1
      this.#note('fault: restart')
      await this.#server.kill()
      await this.#server.start()
    } else if (dice < 0.6) {
      this.counts.cuts += 1
      this.#note('fault: cut')
      await this.#stage.command(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes']).catch(() => {})
    } else {
      const [worker] = this.#workers.splice(Math.floor(this.#random() * this.#workers.length), 1)
      if (!worker) return
      if (dice < 0.8) {
        this.counts.kills += 1
        this.#note(`fault: ${worker.name} is killed`)
        for (const text of worker.begun) this.#excused.add(text)
        await worker.redis.close()
      } else {
        this.counts.deploys += 1
        this.#note(`fault: ${worker.name} is deployed`)
        for (const text of worker.begun) if (!this.#done.has(text)) this.#excused.add(text)
        await worker.close()
      }
      this.#hire()
    }
  }
}

describe('RD-27 a night of faults', () => {
  it(
    'RD-27 loses nothing, keeps order and one valid owner, and leaves an empty, whole queue',
    async () => {
      const server = await RedisServer.start('--appendonly', 'yes', '--appendfsync', 'everysec')
      const night = new ChaosNight(server)
      await night.play()
      expect(night.faults, JSON.stringify(night.counts)).toEqual([])
    },
    SECONDS * 1000 + 60_000,
  )
})
