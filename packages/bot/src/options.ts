import {
  checkOptions,
  OptionsError,
  type Clock,
  type LogSink,
  type SessionStore,
  type Source,
} from '@qqkit/core'
import type { GatewayOptions } from '@qqkit/gateway'
import { Intent, type IntentName } from '@qqkit/protocol'
import type { RestOptions } from '@qqkit/rest'
import * as v from 'valibot'

import type { Context } from './context/context.js'
import type { Overflow, QueueSize } from './queue/keyed-queue.js'
import type { ReplyWindows } from './reply/windows.js'

type CommonOption = 'clock' | 'random' | 'log'
/** Options of the gateway that the bot has itself, or that follow from its own. */
type GatewayOption =
  | 'access'
  | 'appId'
  | 'intents'
  | 'store'
  | 'deliveryDeadline'
  | 'maxUnsettled'
  | 'whenFull'
  | 'drainTimeout'

/** How a bot is made. Only the credentials are needed. */
export interface BotOptions {
  /** AppID from the developer console, as text. */
  readonly appId: string
  /** AppSecret from the developer console. */
  readonly secret: string
  /** `'production'` (default), `'sandbox'`, or the URL of the HTTP API. */
  readonly baseUrl?: NonNullable<RestOptions['baseUrl']>
  /** Where tokens come from. Default: what belongs to `baseUrl`. */
  readonly tokenUrl?: NonNullable<RestOptions['tokenUrl']>
  /** Exactly these intents, as a mask or by name. Default: what the registered handlers need. */
  readonly intents?: number | readonly IntentName[]
  /** Intents that your bot was granted on application, so that handlers may ask for them. Default: none. */
  readonly permissions?: readonly IntentName[]
  /** What stands before a command. Default `['/', '／']`. */
  readonly prefix?: string | readonly string[]
  /** Whether a message that is nothing but the name of a command is a command, without prefix too. Default `true`. */
  readonly bareCommands?: boolean
  /** Conversations handled at the same time. Default 100. */
  readonly concurrency?: number
  /** Events that wait for their turn, over all conversations. Default 1000. */
  readonly maxWaiting?: number
  /** Chooses what gives way when `maxWaiting` is reached. Default: `'drop-oldest'`. */
  readonly onQueueFull?: (conversation: string, size: QueueSize) => Overflow
  /** Events of the same key are handled in order, others in parallel. Default: place and person. */
  readonly conversationKey?: (ctx: Context) => string
  /** ms a handler may take before its `ctx.signal` aborts and the event is given up. Default 10 minutes. */
  readonly handlerTimeout?: number
  /** ms that `stop()` waits for handlers. Default 10 s. */
  readonly stopTimeout?: number
  /**
   * Who acknowledges clicks. `'intake'` (default): the bot, at once. `'handler'`: your handlers, with the code they
   * choose, within 3 s; the bot does it when a handler has ended without.
   */
  readonly interactionAck?: 'intake' | 'handler'
  /**
   * Characters of one message; longer text and markdown is sent in pieces. Default 5000: the docs give no number, and a
   * client in the field goes by that one.
   */
  readonly maxTextLength?: number
  /** Replaces the reply windows that `ctx.replyBudget` goes by. */
  readonly replyWindows?: Partial<ReplyWindows>
  /** Events that are remembered so that copies are not handled again. Default 10 000. */
  readonly rememberedEvents?: number
  /** Stop on SIGINT and SIGTERM. Default `false`. */
  readonly handleSignals?: boolean
  /** Keeps the session over a restart, so that nothing sent meanwhile is lost. Default: none. */
  readonly store?: SessionStore
  /** Where events come from instead of the gateway. */
  readonly source?: Source | readonly Source[]
  /** Receives records. Default: warnings and errors on stderr; `false`: nowhere. */
  readonly log?: LogSink | false
  /** Further options of the HTTP client. */
  readonly rest?: Omit<RestOptions, CommonOption | 'appId' | 'secret' | 'baseUrl' | 'tokenUrl'>
  /** Further options of the gateway client. */
  readonly gateway?: Omit<GatewayOptions, CommonOption | GatewayOption>
  readonly clock?: Clock
  /** A number from 0 up to 1, e.g. `Math.random`. */
  readonly random?: () => number
}

type BotDefaults = Required<
  Pick<
    BotOptions,
    | 'permissions'
    | 'prefix'
    | 'bareCommands'
    | 'concurrency'
    | 'maxWaiting'
    | 'handlerTimeout'
    | 'stopTimeout'
    | 'interactionAck'
    | 'maxTextLength'
    | 'rememberedEvents'
    | 'handleSignals'
  >
>

/** What is used where nothing is given. */
export const botDefaults: BotDefaults = Object.freeze({
  permissions: [],
  prefix: ['/', '／'],
  bareCommands: true,
  concurrency: 100,
  maxWaiting: 1000,
  handlerTimeout: 10 * 60_000,
  stopTimeout: 10_000,
  interactionAck: 'intake',
  maxTextLength: 5000,
  rememberedEvents: 10_000,
  handleSignals: false,
})

/** {@link BotOptions} with every default filled in. */
export type ResolvedBotOptions = BotOptions & BotDefaults & { readonly prefix: readonly string[] }

const ID_HINT = 'must be the AppID from https://q.qq.com (开发设置), digits as text, e.g. "102000001"'
const SECRET_HINT =
  'must be the AppSecret from https://q.qq.com (开发设置), e.g. process.env.QQ_APP_SECRET; is it set?'

const count = (hint: string) => v.pipe(v.number(hint), v.integer(hint), v.minValue(1, hint))
const duration = (hint: string) => v.pipe(v.number(hint), v.finite(hint), v.minValue(0, hint))
const fn = <F>(hint: string) => v.custom<F>((value) => typeof value === 'function', hint)
const having = <T>(methods: readonly string[], hint: string) =>
  v.custom<T>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      methods.every((name) => typeof Reflect.get(value, name) === 'function'),
    hint,
  )

const INTENT_HINT = `must be names out of ${Object.keys(Intent).join(', ')}`
const intentName = v.picklist(Object.keys(Intent) as IntentName[], INTENT_HINT)
const prefix = v.pipe(v.string('must be text, e.g. "/"'), v.nonEmpty('must not be empty; see bareCommands'))
const windowSchema = v.strictObject({
  duration: duration('must be ms from 0 up'),
  count: v.nullable(count('must be a whole number from 1 up, or null for no limit')),
})
const source = having<Source>(['run', 'status', 'close'], 'must be a Source: { run, status, close }')

/** What is wrong with the options as an object: a key too many, or one that is missing. */
const objectHint = ({ expected, path }: v.StrictObjectIssue): string => {
  if (expected === 'never') return 'there is no such option'
  const key = path?.[0].key
  if (key === 'appId') return ID_HINT
  return key === 'secret' ? SECRET_HINT : 'give at least { appId, secret }'
}

const schema = v.strictObject(
  {
    appId: v.pipe(v.string(ID_HINT), v.regex(/^\d+$/, ID_HINT)),
    secret: v.pipe(v.string(SECRET_HINT), v.regex(/^\S+$/, SECRET_HINT)),
    // Checked by Rest, which knows the names.
    baseUrl: v.optional(v.string('must be "production", "sandbox" or a URL')),
    tokenUrl: v.optional(v.string('must be "production" or a URL')),
    intents: v.optional(v.union([count('must be a mask'), v.array(intentName)], INTENT_HINT)),
    permissions: v.optional(v.array(intentName, INTENT_HINT)),
    prefix: v.optional(
      v.union([prefix, v.array(prefix)], 'must be text or a list of texts that are not empty'),
    ),
    bareCommands: v.optional(v.boolean('must be true or false')),
    concurrency: v.optional(count('must be a whole number from 1 up')),
    maxWaiting: v.optional(count('must be a whole number from 1 up')),
    onQueueFull: v.optional(fn<BotOptions['onQueueFull']>('must be a function that says what gives way')),
    conversationKey: v.optional(
      fn<BotOptions['conversationKey']>('must be a function from a context to text'),
    ),
    handlerTimeout: v.optional(
      v.pipe(duration('must be ms from 1 up'), v.minValue(1, 'must be ms from 1 up')),
    ),
    stopTimeout: v.optional(duration('must be ms from 0 up')),
    interactionAck: v.optional(v.picklist(['intake', 'handler'], 'must be "intake" or "handler"')),
    maxTextLength: v.optional(count('must be a number of characters from 1 up')),
    replyWindows: v.optional(
      v.strictObject(
        {
          c2c: v.optional(windowSchema),
          group: v.optional(windowSchema),
          channel: v.optional(windowSchema),
          dm: v.optional(windowSchema),
        },
        'must be windows by scene: c2c, group, channel, dm',
      ),
    ),
    rememberedEvents: v.optional(count('must be a whole number from 1 up')),
    handleSignals: v.optional(v.boolean('must be true or false')),
    store: v.optional(having<SessionStore>(['open'], 'must be a SessionStore')),
    rest: v.optional(v.looseObject({}, 'must be options of Rest')),
    gateway: v.optional(v.looseObject({}, 'must be options of Gateway')),
    source: v.optional(v.union([source, v.array(source)], 'must be a Source or a list of them')),
    log: v.optional(v.union([v.literal(false), fn<LogSink>('')], 'must be a function of a record, or false')),
    clock: v.optional(having<Clock>(['now', 'wall', 'setTimer'], 'must be a Clock: { now, wall, setTimer }')),
    random: v.optional(fn<() => number>('must be a function that gives a number from 0 up to 1')),
  },
  objectHint,
)

/** The mistake of the first five minutes deserves its own sentence. */
const checkSwapped = (options: Partial<Record<'appId' | 'secret', unknown>>): void => {
  const { appId, secret } = options
  if (typeof appId !== 'string' || typeof secret !== 'string') return
  if (/^\d+$/.test(appId) || !/^\d+$/.test(secret)) return
  throw new OptionsError({
    subject: 'Bot',
    path: 'appId',
    received: '[secret]',
    hint: 'appId and secret look swapped: the AppID is the one that has only digits',
  })
}

/**
 * Checks the options of a bot and fills in the defaults.
 *
 * @throws OptionsError
 */
export const resolveBotOptions = (input: BotOptions): ResolvedBotOptions => {
  checkSwapped(input ?? {})
  const options = checkOptions('Bot', schema, input) as BotOptions
  const resolved = { ...botDefaults, ...options } as Required<BotOptions>
  const { prefix } = resolved
  return { ...resolved, prefix: typeof prefix === 'string' ? [prefix] : prefix }
}
