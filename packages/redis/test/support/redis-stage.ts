import { setTimeout as delay } from 'node:timers/promises'

import { systemClock } from '@qqkit/core'
import { Redis } from 'ioredis'

import { Connection, type SendCommand } from '../../src/port/connection.js'
import { audit } from '../../src/queue/audit.js'
import { RedisQueue } from '../../src/queue/event-queue.js'
import type { QqkitRedisOptions } from '../../src/options.js'
import { qqkitRedis, type QqkitRedis } from '../../src/qqkit-redis.js'
import { ports } from './port-of.js'
import type { RedisServer } from './redis-server.js'

/** ms */
const PATIENCE = 15_000
/** ms between two looks: a loop without a pause would take the processor from those that it waits for. */
const PAUSE = 4

let bots = 0

/** The processes of one bot on a server. */
export class RedisStage {
  #appId: string = `bot${++bots}`
  readonly #server: RedisServer
  #processes: QqkitRedis[] = []
  #connection: Connection | null = null

  constructor(server: RedisServer) {
    this.#server = server
  }

  get appId(): string {
    return this.#appId
  }

  /** Another process of the bot. */
  process(options: Partial<QqkitRedisOptions> = {}): QqkitRedis {
    const client = new Redis({ path: this.#server.socket, lazyConnect: true })
    const one = qqkitRedis({ appId: this.appId, client, ...options })
    this.#processes.push(one)
    return one
  }

  /** A command of a stranger. */
  get command(): SendCommand {
    this.#connection ??= new Connection({
      port: ports.redis(this.#server.socket),
      clock: systemClock,
      random: Math.random,
      commandTimeout: 5000,
    })
    return this.#connection.command
  }

  queue(lane: 'events' | 'clicks' = 'events'): RedisQueue {
    return new RedisQueue(this.command, `qqkit:{${this.appId}}:${lane === 'clicks' ? 'ix:' : ''}`)
  }

  /** Whether nothing is unfinished. */
  async isEmpty(): Promise<boolean> {
    const queues = [this.queue(), this.queue('clicks')]
    const all = await Promise.all(queues.map(async (queue) => queue.snapshot()))
    return all.every(({ bodies }) => bodies.size === 0)
  }

  /** The queue of another bot. */
  queueOf(appId: string): RedisQueue {
    return new RedisQueue(this.command, `qqkit:{${appId}}:`)
  }

  /** Waits a moment: some round trips. */
  readonly pass = async (): Promise<void> => {
    // A server with a full disk refuses PING.
    for (let turn = 0; turn < 8; turn += 1) await this.command(['TIME'])
  }

  async until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const until = performance.now() + PATIENCE
    while (performance.now() < until) {
      if (await holds()) return
      await delay(PAUSE)
    }
    throw new Error(what)
  }

  /** Lets a lease or a deadline run out, whose clock is the server's. @param ms of real time */
  async outlast(ms: number): Promise<void> {
    await delay(ms)
  }

  async faults(): Promise<readonly string[]> {
    return audit(await this.queue().snapshot())
  }

  /** Closes all processes; the next ones are of another bot. */
  async renew(): Promise<void> {
    const before = this.#processes
    this.#processes = []
    this.#appId = `bot${++bots}`
    await Promise.all(before.map(async (one) => one.close()))
  }

  async dispose(): Promise<void> {
    await this.renew()
    this.#connection?.close()
    this.#connection = null
  }
}
