import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import process from 'node:process'

import {
  type Clock,
  type IdentifyPermits,
  type Limiter,
  type LogSink,
  type MediaCache,
  OptionsError,
  type SessionStore,
  type SharedTokens,
  type Source,
  systemClock,
} from '@qqkit/core'
import { addTexts, checkOptions, createLog, redisFindingTexts } from '@qqkit/core/internal'
import { guildQuota, quotaLimits, rateLimits } from '@qqkit/protocol'

import { checkServer, Examiner, FORMAT, nameOf } from './check.js'
import type { RedisFinding, SharedFacts } from './decisions/findings.js'
import { Publisher } from './events/publisher.js'
import { controlWordsOf, defaultConversation, probeConversation, type RawEvent } from './events/raw-event.js'
import { writeCode } from './events/click-answers.js'
import {
  optionsSchema,
  publishSchema,
  type QqkitRedisOptions,
  type RedisLimiterOptions,
  type RedisPublishOptions,
  type RedisSourceOptions,
  runSchema,
  sourceSchema,
  tokensSchema,
} from './options.js'
import { roleOf, type RunOptions, runRole } from './roles.js'
import { Connection, type SendCommand } from './port/connection.js'
import { greet } from './port/greeting.js'
import { portOfOptions } from './port/port.js'
import { ServerTime } from './queue/server-time.js'
import { SessionLocks } from './queue/session-locks.js'
import { type Peers, peersOf } from './queue/peers.js'
import { type QueueStatus, RedisQueue } from './queue/event-queue.js'
import { RedisIdentifyPermits } from './state/identify-permits.js'
import { LimitMember } from './state/limit-member.js'
import { GuildQuota } from './state/guild-quota.js'
import { RedisLimiter } from './state/limiter.js'
import { parkStore, type RedisParkLimits, type RedisParkStore } from './state/park-store.js'
import { RedisSessionStore } from './state/session-store.js'
import { RedisTokens } from './state/shared-tokens.js'
import { mediaCache, states, type RedisStates, type RedisStatesOptions } from './state/stores.js'
import { redisTexts } from './texts.js'
import type { WorkerLane } from './worker/lane-work.js'
import { missingOf } from './worker/missing.js'
import { RedisSource } from './worker/redis-source.js'
import { settledElsewhere } from './worker/settled-elsewhere.js'

/** A snapshot of the queue of a bot: plain JSON. */
export interface RedisStatus {
  /** Messages and all other events but clicks. */
  readonly events: QueueStatus
  readonly clicks: QueueStatus
  /** Publishers that said within a minute that they are there. */
  readonly publishers: number
  /** How often Redis has lost its last events, which were published again. */
  readonly rewinds: number
}

const COMMAND_TIMEOUT = 5000
const LEASE = 15_000
const BACKLOG = 100_000
const SLOTS = 100
/** ms for replicas to confirm. */
const CONFIRM = 1000
const CONCURRENCY = 64
/** Attempts beyond that for what is urgent. */
const RESERVED = 8
/** Bytes that make a process unique. */
const UNIQUE = 6

const publishOptionsOf = ({ interactionAck, controlWords }: RunOptions): RedisPublishOptions => ({
  ...(interactionAck && { interactionAck }),
  ...(controlWords && { controlWords }),
})

/** What a bot shares with its other processes over Redis. */
export class QqkitRedis implements AsyncDisposable {
  readonly #clock: Clock
  readonly #random: () => number
  readonly #log: LogSink
  readonly #connection: Connection
  readonly #check: () => Promise<readonly RedisFinding[]>
  readonly #examiner: Examiner
  readonly #peers: Peers
  #publishes = false
  readonly #prefix: string
  readonly #queues: { readonly events: RedisQueue; readonly clicks: RedisQueue }
  readonly #backlog: number
  readonly #durability: { readonly replicas: number; readonly timeout: number }
  readonly #lease: number
  readonly #conversation: (event: RawEvent) => string
  readonly #process = `${hostname()}/${process.pid}/${randomBytes(UNIQUE).toString('hex')}`

  readonly #shared: {
    readonly send: SendCommand
    readonly prefix: string
    readonly clock: Clock
    readonly time: ServerTime
    readonly log: LogSink
    readonly process: string
    readonly locks: SessionLocks
  }
  readonly #member: LimitMember

  /** @throws OptionsError */
  constructor(options: QqkitRedisOptions) {
    checkOptions('qqkitRedis', optionsSchema, options)
    const port = portOfOptions(options)
    const { appId, commandTimeout = COMMAND_TIMEOUT, log } = options
    this.#clock = options.clock ?? systemClock
    this.#random = options.random ?? Math.random
    this.#log = createLog('redis', log)
    this.#lease = options.lease ?? LEASE
    this.#backlog = options.backlog ?? BACKLOG
    this.#durability = { replicas: 0, timeout: CONFIRM, ...options.durability }
    this.#conversation = options.conversation ?? defaultConversation
    // All keys of a bot are in one slot of a cluster.
    this.#prefix = `qqkit:{${appId}}:`
    this.#connection = new Connection({
      port,
      clock: this.#clock,
      random: this.#random,
      commandTimeout,
      greet: async (send, again) => greet(send, `${this.#prefix}meta`, again),
    })
    const { command } = this.#connection
    const own = (): SharedFacts => ({
      format: FORMAT,
      conversation: this.#publishes || options.conversation ? nameOf(options.conversation) : null,
    })
    this.#check = async () =>
      checkServer({
        port,
        clock: this.#clock,
        random: this.#random,
        commandTimeout,
        prefix: this.#prefix,
        backlog: this.#backlog,
        replicas: this.#durability.replicas,
        allowEviction: options.allowEviction ?? false,
        own: own(),
      })
    this.#examiner = new Examiner({
      check: this.#check,
      connection: this.#connection,
      log: this.#log,
      prefix: this.#prefix,
      own,
    })
    this.#shared = {
      send: command,
      prefix: this.#prefix,
      clock: this.#clock,
      time: new ServerTime({ key: `${this.#prefix}clock`, clock: this.#clock }),
      log: this.#log,
      process: this.#process,
      locks: new SessionLocks(),
    }
    this.#member = new LimitMember(this.#shared)
    this.#peers = peersOf(command, this.#prefix)
    this.#queues = {
      events: new RedisQueue(command, this.#prefix, this.#shared.time),
      clicks: new RedisQueue(command, this.#prefix, this.#shared.time, 'clicks'),
    }
  }

  /**
   * Puts the events of a gateway or a webhook into the queue.
   *
   * @example
   *   const gateway = new Gateway({ access: rest.access, intents: ['GROUP_AND_C2C_EVENT'] })
   *   await redis.publish(gateway).run()
   * @throws OptionsError where the option `conversation` fails for a raw event
   */
  publish(source: Source, options: RedisPublishOptions = {}): Publisher {
    checkOptions('redis.publish', publishSchema, options)
    const hint = probeConversation(this.#conversation)
    if (hint !== null)
      throw new OptionsError({ subject: 'qqkitRedis', path: 'conversation', received: 'a function', hint })
    this.#publishes = true
    const peer = { process: this.#process, intents: source.intents ?? null }
    return new Publisher({
      source,
      connection: this.#connection,
      examine: this.#examiner.passAsPublisher,
      replicas: this.#durability.replicas,
      confirm: async () => {
        const { replicas, timeout } = this.#durability
        return Number(await this.#connection.command(['WAIT', String(replicas), String(timeout)]))
      },
      queues: this.#queues,
      locks: this.#shared.locks,
      clock: this.#clock,
      log: this.#log,
      process: this.#process,
      backlog: this.#backlog,
      conversationOf: this.#conversation,
      look: async () => {
        await this.#peers.beat(peer)
        const status = await this.status()
        this.#log({ level: 'debug', event: 'redis.status', ...status })
        const message = 'no worker takes the events of the queue'
        return status.events.workers === 0 ? { code: 'redis_no_workers', message } : null
      },
      leave: async () => this.#peers.leave(peer).catch(() => {}),
      onRewound: () => void this.#peers.rewound().catch(() => {}),
      controlWords: controlWordsOf(options.controlWords),
      listenToCodes:
        options.interactionAck === 'handler'
          ? async (onMessage, onEnd) => this.#connection.subscribe([this.#codes], onMessage, onEnd)
          : null,
    })
  }

  get #codes(): string {
    return `${this.#prefix}codes`
  }

  /**
   * The events of the queue, for one worker: a source of a bot.
   *
   * @example
   *   const bot = new Bot({ appId, secret, source: redis.source() })
   * @throws OptionsError
   */
  source(options: RedisSourceOptions = {}): Source {
    checkOptions('redis.source', sourceSchema, options)
    const { slots = SLOTS } = options
    const connection = this.#connection
    const { events, clicks } = this.#queues
    const lane = (queue: RedisQueue): WorkerLane => ({
      queue,
      elsewhere: settledElsewhere(connection.command, `${this.#prefix}told`, this.#shared.time),
      slots,
    })
    return new RedisSource({
      connection,
      examine: this.#examiner.pass,
      lanes: [lane(events), lane(clicks)],
      look: async (unheard) => missingOf(await this.#peers.all(), unheard),
      tellCode: (click, code) => {
        // The front answers with 0 where it does not arrive.
        connection.command(['PUBLISH', this.#codes, writeCode(click, code)]).catch(() => {})
      },
      subscribe: async (...args) => connection.subscribe(...args),
      clock: this.#clock,
      random: this.#random,
      log: this.#log,
      lease: this.#lease,
      process: this.#process,
    })
  }

  /**
   * Sessions of gateways, each locked by one process while that renews it. A second gateway waits for one lease, a standby as long
   * as it takes.
   */
  sessions(options: { readonly standby?: boolean } = {}): SessionStore {
    return new RedisSessionStore({
      ...this.#shared,
      lease: this.#lease,
      standby: options.standby ?? false,
    })
  }

  /** The budget of session starts, shared by all gateways of the bot. */
  permits(): IdentifyPermits {
    return new RedisIdentifyPermits(this.#shared)
  }

  /** The rate limits and quotas of the platform, kept by all processes together: the option `limiter` of a client. */
  limiter(options: RedisLimiterOptions = {}): Limiter {
    const { limits = rateLimits, concurrency = CONCURRENCY, certified = false } = options
    const { quotas = quotaLimits(certified) } = options
    const shared = { ...this.#shared, member: this.#member }
    const counting = { limits: quotas, concurrency: Infinity, reserved: 0, countsFrom: 'answer' } as const
    const perTarget = new RedisLimiter({ ...shared, ...counting })
    const [most] = [quotas[guildQuota] ?? []].flat()
    return new RedisLimiter({
      ...shared,
      limits,
      concurrency,
      reserved: RESERVED,
      quotas: most ? new GuildQuota({ ...shared, quotas: perTarget, most }) : perTarget,
    })
  }

  /**
   * The access token, for which one process asks: the option `tokens` of a client. Redis has it only in a form that needs the
   * AppSecret to be read.
   *
   * @example
   *   const rest = new Rest({ appId, secret, tokens: redis.tokens({ secret }) })
   * @throws OptionsError
   */
  tokens(options: { readonly secret: string }): SharedTokens {
    checkOptions('redis.tokens', tokensSchema, options)
    return new RedisTokens({ ...this.#shared, random: this.#random, secret: options.secret })
  }

  /**
   * A store for `session`, `history`, `throttle` and daily quotas.
   *
   * @example
   *   bot.use(history({ store: redis.states() }))
   */
  states<T>(options: RedisStatesOptions = {}): RedisStates<T> {
    return states(this.#connection.command, `${this.#prefix}state:`, options)
  }

  /** A store for parked replies. */
  parking<R extends { readonly id: string }>(limits: RedisParkLimits = {}): RedisParkStore<R> {
    return parkStore(this.#connection.command, this.#prefix, limits)
  }

  /** A cache of uploaded files. */
  get media(): MediaCache {
    return mediaCache(this.#connection.command, `${this.#prefix}media:`)
  }

  /**
   * How much is in the queue, for a health endpoint or metrics. Publishers also write it to the log three times a minute, as records
   * `redis.status` of level `debug`, which the diagnostics channel `qqkit:redis` gets too.
   *
   * @throws RedisError
   */
  async status(): Promise<RedisStatus> {
    const { events, clicks } = this.#queues
    const [ofEvents, ofClicks, publishers, rewinds] = await Promise.all([
      events.status(),
      clicks.status(),
      this.#peers.all(),
      this.#peers.rewinds(),
    ])
    return { events: ofEvents, clicks: ofClicks, publishers: publishers.length, rewinds }
  }

  /**
   * What is wrong with the server, the worst first, with advice in both languages.
   *
   * @throws RedisError if it cannot be asked
   */
  async check(): Promise<readonly RedisFinding[]> {
    return this.#check()
  }

  /**
   * Runs this process in its role: it publishes what a gateway or a webhook receives, works on what is in the queue, or does both, as one
   * process needs it. Resolves when all has stopped: on Ctrl-C and SIGTERM, with the signal, or when one part ends. Closes the connection.
   *
   * @example
   *   await redis.run({ publish: () => new Gateway({ … }), work: (source) => makeBot(source) })
   * @throws OptionsError; what a part rejects with, after the others have stopped
   */
  async run(options: RunOptions): Promise<void> {
    checkOptions('redis.run', runSchema, options)
    const role = roleOf(options.role ?? process.env['QQKIT_ROLE'])
    try {
      await runRole(role, options, {
        publish: (source) => this.publish(source, publishOptionsOf(options)),
        source: () => this.source(),
      })
    } finally {
      await this.close()
    }
  }

  /** Closes the connection. Bots and publishers must have stopped. */
  async close(): Promise<void> {
    if (this.#connection.isOpen) await this.#member.leave()
    this.#member.close()
    this.#connection.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/**
 * Connects the processes of a bot over Redis. Nothing is opened before it is needed.
 *
 * @example
 *   const redis = qqkitRedis({ appId, url: process.env.REDIS_URL })
 * @throws OptionsError
 */
export const qqkitRedis = (options: QqkitRedisOptions): QqkitRedis => {
  addTexts(redisTexts)
  addTexts(redisFindingTexts)
  return new QqkitRedis(options)
}
