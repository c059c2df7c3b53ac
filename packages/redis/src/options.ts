import type { Clock, LogSink } from '@qqkit/core'
import * as v from 'valibot'

import type { RawEvent } from './events/raw-event.js'
import { portOf, type RedisClient } from './port/port.js'
import { ROLES } from './roles.js'
import type { SharedLimits } from './state/limiter.js'

/** Options of {@link qqkitRedis}. */
export interface QqkitRedisOptions {
  readonly appId: string
  /** `redis://…` or `rediss://…`: the client that is installed, `ioredis` or `redis`, is loaded for it. */
  readonly url?: string | undefined
  /**
   * Instead of `url`: a client of `ioredis` or `redis`, for Sentinels and certificates. Connections of our own are opened with its
   * options; itself it is not used.
   */
  readonly client?: RedisClient | undefined
  /** ms that every command may take; then its connection is given up. Default 5000. */
  readonly commandTimeout?: number
  /** ms after which the events of a dead worker go to others. Default 15 000. */
  readonly lease?: number
  /** Most events that wait or are handled; then publishers wait. Default 100 000. */
  readonly backlog?: number
  /** The conversation whose events are handled in order, from the raw event alone. Default: place and person. */
  readonly conversation?: (event: RawEvent) => string
  /** Accepts a server that evicts keys with an end (`volatile-*`): states, tokens and uploads may be forgotten early. */
  readonly allowEviction?: boolean
  /** Replicas that must have an event before it is settled, and ms to wait for them (1000). Default none. */
  readonly durability?: { readonly replicas: number; readonly timeout?: number }
  readonly log?: LogSink
  readonly clock?: Clock
  readonly random?: () => number
}

/** Options of {@link QqkitRedis.publish}. */
export interface RedisPublishOptions {
  /**
   * How a webhook answers clicks: at once with 0 (`'intake'`, default), or with the code that a worker gives within 2 s, and with 0
   * after that (`'handler'`). Clicks of a gateway are acknowledged by the worker.
   */
  readonly interactionAck?: 'intake' | 'handler'
  /**
   * Messages that pass the queue of their conversation, as the words of `control()` must. Default: those of the middleware, `/stop`, `/new` and
   * their Chinese names.
   */
  readonly controlWords?: readonly string[]
}

/** Options of {@link QqkitRedis.source}. */
export interface RedisSourceOptions {
  /** Most conversations that this worker has at once. Default 100, as many as a bot handles. */
  readonly slots?: number
}

/** Options of {@link QqkitRedis.limiter}. */
export interface RedisLimiterOptions {
  /** By route class; default: those of the platform. */
  readonly limits?: SharedLimits
  /**
   * Of proactive messages, by `'c2c.proactive'`, `'group.proactive'`, `'channel.proactive'` and `'dm.proactive'`, and of channels per
   * guild, `'guild.proactive'`; default: those of the platform, each window for the last 24 hours instead of the day. `{}` for none.
   */
  readonly quotas?: SharedLimits
  /** Whether the bot is certified: its quotas are larger. Default `false`. */
  readonly certified?: boolean
  /** Attempts of this process at once. Default 64. */
  readonly concurrency?: number
}

const COUNT = 'must be a whole number from 1 up'
const count = v.optional(v.pipe(v.number(COUNT), v.integer(COUNT), v.minValue(1, COUNT)))
const fn = (hint: string): v.GenericSchema => v.custom((value) => typeof value === 'function', hint)

const hintOr =
  (hint: string) =>
  ({ expected }: v.StrictObjectIssue): string =>
    expected === 'never' ? 'there is no such option' : hint

const isOfRedis = (text: string): boolean => /^rediss?:\/\/./.test(text)
/** With a number of a database, or none: clients take another path for the first one, or fail at it. */
const isUrl = (text: string): boolean =>
  !isOfRedis(text) || (URL.canParse(text) && /^\/?\d*$/.test(new URL(text).pathname))

export const optionsSchema: v.GenericSchema = v.strictObject(
  {
    appId: v.pipe(
      v.string('must be the AppID of the bot, as text'),
      v.nonEmpty('must be the AppID of the bot'),
    ),
    url: v.optional(
      v.pipe(
        v.string('must be an address, such as redis://127.0.0.1:6379'),
        v.check(isOfRedis, 'must be an address that begins with redis:// or rediss://'),
        v.check(
          isUrl,
          'must be an address such as redis://user:password@host:6379/0, its password percent-encoded',
        ),
      ),
    ),
    client: v.optional(
      v.custom((value) => portOf(value) !== null, 'must be a client of "ioredis" or "redis"'),
    ),
    commandTimeout: count,
    lease: count,
    backlog: count,
    conversation: v.optional(fn('must be a function of the raw event')),
    allowEviction: v.optional(v.boolean('must be true or false')),
    durability: v.optional(
      v.strictObject(
        { replicas: v.pipe(v.number(COUNT), v.integer(COUNT), v.minValue(1, COUNT)), timeout: count },
        hintOr('must be { replicas, timeout? }'),
      ),
    ),
    log: v.optional(fn('must be a function')),
    clock: v.optional(v.looseObject({ now: fn('must be a clock') }, 'must be a clock')),
    random: v.optional(fn('must be a function')),
  },
  hintOr('must be { appId, url, … }'),
)

const ackSchema = v.optional(v.picklist(['intake', 'handler'], 'must be "intake" or "handler"'))

const wordsSchema = v.optional(v.array(v.string(), 'must be a list of texts, e.g. ["/stop"]'))

export const runSchema: v.GenericSchema = v.strictObject(
  {
    controlWords: wordsSchema,
    role: v.optional(v.picklist(ROLES, `must be ${ROLES.map((role) => `'${role}'`).join(', ')}`)),
    publish: fn('must be a function that makes a gateway, a webhook, or several'),
    work: fn('must be a function that makes a bot of a source'),
    interactionAck: ackSchema,
    signal: v.optional(v.looseObject({ aborted: v.boolean() }, 'must be an AbortSignal')),
    handleSignals: v.optional(v.boolean('must be true or false')),
  },
  hintOr('must be { publish, work, … }'),
)

export const tokensSchema: v.GenericSchema = v.strictObject(
  { secret: v.pipe(v.string('must be the AppSecret'), v.nonEmpty('must be the AppSecret')) },
  hintOr('must be { secret }'),
)

export const publishSchema: v.GenericSchema = v.strictObject(
  { interactionAck: ackSchema, controlWords: wordsSchema },
  hintOr('must be { interactionAck?, controlWords? }'),
)

export const sourceSchema: v.GenericSchema = v.strictObject({ slots: count }, hintOr('must be { slots? }'))
