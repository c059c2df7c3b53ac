import {
  type Advice,
  type Clock,
  type LogSink,
  OptionsError,
  type SessionStore,
  type Source,
} from '@qqkit/core'
import { checkOptions } from '@qqkit/core/internal'
import type { GatewayOptions } from '@qqkit/gateway'
import { Intent, type IntentName } from '@qqkit/protocol'
import type { RestOptions } from '@qqkit/rest'
import type { WebhookOptions } from '@qqkit/webhook'
import * as v from 'valibot'

import type { Context } from '../context/context.js'
import type { Overflow, QueueSize } from '../dispatch/keyed-queue.js'
import type { AskingTexts, PeopleTexts } from '../reply/people-texts.js'
import type { ParkStore } from '../reply/park-store.js'
import type { ReplyWindows } from '../reply/reply-window.js'
import type { Language } from '../language/translate.js'
import { LEVELS, type LogThreshold } from './log.js'

type CommonOption = 'clock' | 'random' | 'log'
/** Options of the gateway that the bot has itself, or derives from its own. */
type GatewayOption =
  | 'access'
  | 'appId'
  | 'intents'
  | 'store'
  | 'deliveryDeadline'
  | 'maxUnsettled'
  | 'whenFull'
  | 'drainTimeout'

/** Where events come from: a transport of the platform, or a source of your own. */
export type SourceChoice = 'gateway' | 'webhook' | Source

/** How replies are parked. */
export interface ParkingOptions {
  /** Default {@link memoryParkStore}: replies end with the process, and a stop tells how many. */
  readonly store?: ParkStore
  /** ms that a reply may wait before it is dropped. Default 24 hours. */
  readonly maxAge?: number
}

/** Options of a bot. Only the credentials are required. */
export interface BotOptions {
  /** AppID from the developer console, as text. */
  readonly appId: string
  /** AppSecret from the developer console. */
  readonly secret: string
  /** `'production'` (default), `'sandbox'`, or the URL of the HTTP API. */
  readonly baseUrl?: NonNullable<RestOptions['baseUrl']>
  /** Where tokens come from. Default: the one that belongs to `baseUrl`. */
  readonly tokenUrl?: NonNullable<RestOptions['tokenUrl']>
  /** Exactly these intents, as a mask or by name. Default: those that the registered handlers need. */
  readonly intents?: number | readonly IntentName[]
  /** Intents that your bot was granted on application, so that handlers may use them. Default: none. */
  readonly permissions?: readonly IntentName[]
  /** Prefixes of commands. Default `['/', '／']`. */
  readonly prefix?: string | readonly string[]
  /** Whether a message that is only the name of a command, without prefix, is a command. Default `false`. */
  readonly bareCommands?: boolean
  /**
   * Replaces what the bot itself says to people in QQ, which is Chinese: `usage`, `help`, `failed`, `limited`, `denied`, `asking`, `control`:
   * a message, a function that makes one, or `null` for silence, e.g. `{ denied: 'Members only.' }`.
   */
  readonly texts?: Partial<PeopleTexts>
  /** Conversations handled at the same time. Default 100. */
  readonly concurrency?: number
  /** Events that wait for their turn, over all conversations. Default 1000. */
  readonly maxWaiting?: number
  /** Events of one conversation that wait for their turn. Default: a tenth of `maxWaiting`, at least 20. */
  readonly maxWaitingPerConversation?: number
  /**
   * Chooses the event to drop when `maxWaiting` or `maxWaitingPerConversation` is reached. Default: `'drop-oldest'`, in the
   * conversation with most waiting events, so that a flood drops its own events first.
   */
  readonly onQueueFull?: (conversation: string, size: QueueSize) => Overflow
  /** Called with each dropped event: it can still be replied to, but no handler gets it. */
  readonly onDropped?: (ctx: Context) => unknown
  /** Events of the same key are handled in order, others in parallel. Default: place and person. */
  readonly conversationKey?: (ctx: Context) => string
  /** ms a handler may take until `ctx.signal` aborts and the event is given up. Default 10 minutes. */
  readonly handlerTimeout?: number
  /** ms that `stop()` waits for handlers. Default 10 s. */
  readonly stopTimeout?: number
  /**
   * Who acknowledges clicks. `'intake'` (default): the bot, at once. `'handler'`: your handlers, with the code they
   * choose, within 3 s; the bot does it if a handler ends without.
   */
  readonly interactionAck?: 'intake' | 'handler'
  /**
   * Characters of one message, from 100 up; longer text and markdown is sent in pieces. Default 5000: the platform
   * documents no limit, and a client in the field uses this one.
   */
  readonly maxTextLength?: number
  /**
   * For a reply that is too late, and refused as a proactive message too: `'throw'` (default) throws an error; with `'park'` the
   * reply waits, and is sent with the next message or event of its place, from any person.
   */
  readonly onUndeliverable?: 'throw' | 'park'
  /** Where parked replies wait, and how long. */
  readonly parking?: ParkingOptions
  /** Replaces the reply windows that `ctx.replyBudget` uses. */
  readonly replyWindows?: Partial<ReplyWindows>
  /** Messages of each scene, and other events, that are remembered to recognise copies. Default 10 000 each. */
  readonly rememberedEvents?: number
  /**
   * Messages of other bots: with `'ignore'` (default) only handlers of `'raw'` get them, since two bots that reply to everything
   * would never stop. The bot's own messages are never handled.
   */
  readonly botMessages?: 'ignore' | 'handle'
  /** Stop on SIGINT and SIGTERM. Default `false`. */
  readonly handleSignals?: boolean
  /** Keeps the session over a restart, so that no event in between is lost. Default: none. */
  readonly store?: SessionStore
  /**
   * Where events come from: `'gateway'` (default), `'webhook'` (see `bot.webhook`), a source of your own, or several at
   * once. An event that comes over two of them is handled once.
   */
  readonly source?: SourceChoice | readonly SourceChoice[]
  /** Receives records. Default: stderr, see `logLevel`; `false`: nowhere. */
  readonly log?: LogSink | false
  /**
   * The least level that is logged: `'debug'`, `'info'`, `'warn'`, `'error'` or `'silent'`. Default: the environment variable
   * `QQKIT_LOG` or `'info'`; everything for a `log` of your own.
   */
  readonly logLevel?: LogThreshold
  /**
   * The language of stderr and of `status().reason`: `'en'` or `'zh'`. Default: that of `LC_ALL`, `LC_MESSAGES`, `LANG` or the system.
   * Messages of errors are English for search and for other programs; `advice` has both.
   */
  readonly language?: Language
  /** Whether records may contain the text of messages, which is private. Default `false`. */
  readonly logContents?: boolean
  /** Further options of the HTTP client. */
  readonly rest?: Omit<RestOptions, CommonOption | 'appId' | 'secret' | 'baseUrl' | 'tokenUrl'>
  /** Further options of the gateway client. */
  readonly gateway?: Omit<GatewayOptions, CommonOption | GatewayOption>
  /** Further options of `bot.webhook`. */
  readonly webhook?: Omit<WebhookOptions, CommonOption | 'appId' | 'secret'>
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
    | 'onUndeliverable'
    | 'rememberedEvents'
    | 'botMessages'
    | 'handleSignals'
    | 'logContents'
  >
> & { readonly source: readonly SourceChoice[] }

/** The default options. */
const botDefaults: BotDefaults = Object.freeze<BotDefaults>({
  permissions: [],
  prefix: ['/', '／'],
  bareCommands: false,
  concurrency: 100,
  maxWaiting: 1000,
  handlerTimeout: 10 * 60_000,
  stopTimeout: 10_000,
  interactionAck: 'intake',
  maxTextLength: 5000,
  onUndeliverable: 'throw',
  rememberedEvents: 10_000,
  botMessages: 'ignore',
  handleSignals: false,
  logContents: false,
  source: ['gateway'],
})

/** {@link BotOptions} with every default filled in. */
export type ResolvedBotOptions = BotOptions &
  BotDefaults & { readonly prefix: readonly string[]; readonly source: readonly SourceChoice[] }

/** A common first mistake gets its own error. */
const checkSwapped = (options: Partial<Record<'appId' | 'secret', unknown>>): void => {
  const { appId, secret } = options
  if (typeof appId !== 'string' || typeof secret !== 'string') return
  if (/^\d+$/.test(appId) || !/^\d+$/.test(secret)) return
  throw new OptionsError({
    subject: 'Bot',
    path: 'appId',
    received: '[secret]',
    hint: 'appId and secret look swapped: the AppID is the one that has only digits',
    advice: {
      en: 'Swap the two values.',
      zh: 'appId 与 secret 可能填反了：AppID 是纯数字的那个，请互换。',
    },
  })
}

/** Refuses options that would have no effect. */
const checkUnused = (path: 'webhook' | 'parking', options: BotOptions, used: boolean, hint: string): void => {
  if (options[path] === undefined || used) return
  throw new OptionsError({ subject: 'Bot', path, received: 'an object', hint })
}

/**
 * Checks the options of a bot and fills in the defaults.
 *
 * @throws OptionsError
 */
export const resolveBotOptions = (input: BotOptions): ResolvedBotOptions => {
  checkSwapped(input ?? {})
  const options = checkBotOptions(input)
  const resolved = { ...botDefaults, ...options } as Required<BotOptions>
  const prefix = typeof resolved.prefix === 'string' ? [resolved.prefix] : resolved.prefix
  const source = [...new Set([resolved.source].flat())]
  const bySource = "is only used with source: 'webhook' or ['gateway', 'webhook']"
  checkUnused('webhook', options, source.includes('webhook'), bySource)
  const parks = resolved.onUndeliverable === 'park'
  checkUnused('parking', options, parks, "is only used with onUndeliverable: 'park'")
  return { ...resolved, prefix, source }
}

const ID_HINT = 'must be the AppID from https://q.qq.com (开发设置), digits as text, e.g. "102000001"'
const SECRET_HINT = 'must be the AppSecret from https://q.qq.com (开发设置), e.g. process.env.QQ_APP_SECRET'

/** For values that were pasted, or read from a file without `trim()`. */
const BLANKS_HINT = 'has blanks or a line end around it: use trim()'
const isTrimmed = (text: string): boolean => text === text.trim()

const count = (hint: string, least = 1) => v.pipe(v.number(hint), v.integer(hint), v.minValue(least, hint))
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

const text = v.optional(v.nullable(v.union([v.string(), v.looseObject({})], 'must be a message, or null')))
const words = v.optional(
  v.nullable(
    v.union(
      [v.string(), fn<never>(''), v.looseObject({})],
      'must be a message, a function that gives one, or null',
    ),
  ),
)
const control = v.optional(
  v.strictObject(
    { stopped: text, nothing: text, forgotten: text },
    'must be messages: { stopped?, nothing?, forgotten? }',
  ),
)
const asking = v.optional(
  v.strictObject(
    {
      timedOut: text,
      cancelled: text,
      over: text,
      choices: v.optional(fn<AskingTexts['choices']>('must be a function of labels')),
    },
    'must be { timedOut?, cancelled?, over?, choices? }',
  ),
)

const INTENT_HINT = `must be names out of ${Object.keys(Intent).join(', ')}`
const intentName = v.picklist(Object.keys(Intent) as IntentName[], INTENT_HINT)
const prefix = v.pipe(v.string('must be text, e.g. "/"'), v.nonEmpty('must not be empty; see bareCommands'))
const windowSchema = v.strictObject({
  windowMs: duration('must be ms from 0 up'),
  replies: v.nullable(count('must be a whole number from 1 up, or null for no limit')),
})
const SOURCE_HINT = 'must be "gateway", "webhook", a Source { run, status, close }, or a list of them'
const source = v.union(
  [v.picklist(['gateway', 'webhook']), having<Source>(['run', 'status', 'close'], SOURCE_HINT)],
  SOURCE_HINT,
)

/** The hint for an unknown or a missing option. */
const objectHint = ({ expected, path }: v.StrictObjectIssue): string => {
  if (expected === 'never') return 'there is no such option'
  const key = path?.[0].key
  if (key === 'appId') return ID_HINT
  return key === 'secret' ? SECRET_HINT : 'give at least { appId, secret }'
}

const schema = v.strictObject(
  {
    appId: v.pipe(v.string(ID_HINT), v.check(isTrimmed, BLANKS_HINT), v.regex(/^\d+$/, ID_HINT)),
    secret: v.pipe(v.string(SECRET_HINT), v.check(isTrimmed, BLANKS_HINT), v.regex(/^\S+$/, SECRET_HINT)),
    // Checked by Rest, which knows the names.
    baseUrl: v.optional(v.string('must be "production", "sandbox" or a URL')),
    tokenUrl: v.optional(v.string('must be "production" or a URL')),
    intents: v.optional(v.union([count('must be a mask'), v.array(intentName)], INTENT_HINT)),
    permissions: v.optional(v.array(intentName, INTENT_HINT)),
    prefix: v.optional(
      v.union([prefix, v.array(prefix)], 'must be text or a list of texts that are not empty'),
    ),
    bareCommands: v.optional(v.boolean('must be true or false')),
    texts: v.optional(
      v.strictObject(
        { usage: words, help: words, failed: words, limited: words, denied: words, asking, control },
        'must be messages, or functions that give one: { usage, help, failed, limited, denied, asking, control }',
      ),
    ),
    concurrency: v.optional(count('must be a whole number from 1 up')),
    maxWaiting: v.optional(count('must be a whole number from 1 up')),
    maxWaitingPerConversation: v.optional(count('must be a whole number from 1 up')),
    onDropped: v.optional(fn<BotOptions['onDropped']>('must be a function of a context')),
    onQueueFull: v.optional(
      fn<BotOptions['onQueueFull']>('must be a function that returns "drop-oldest" or "drop-newest"'),
    ),
    conversationKey: v.optional(
      fn<BotOptions['conversationKey']>('must be a function from a context to text'),
    ),
    handlerTimeout: v.optional(
      v.pipe(duration('must be ms from 1 up'), v.minValue(1, 'must be ms from 1 up')),
    ),
    stopTimeout: v.optional(duration('must be ms from 0 up')),
    interactionAck: v.optional(v.picklist(['intake', 'handler'], 'must be "intake" or "handler"')),
    maxTextLength: v.optional(count('must be a number of characters from 100 up', 100)),
    onUndeliverable: v.optional(v.picklist(['throw', 'park'], 'must be "throw" or "park"')),
    parking: v.optional(
      v.strictObject(
        {
          store: v.optional(having<ParkStore>(['put', 'take', 'close'], 'must be a ParkStore')),
          maxAge: v.optional(duration('must be ms from 0 up')),
        },
        'must be { store?, maxAge? }',
      ),
    ),
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
    botMessages: v.optional(v.picklist(['ignore', 'handle'], 'must be "ignore" or "handle"')),
    rememberedEvents: v.optional(count('must be a whole number from 1 up')),
    handleSignals: v.optional(v.boolean('must be true or false')),
    store: v.optional(having<SessionStore>(['open'], 'must be a SessionStore')),
    rest: v.optional(v.looseObject({}, 'must be options of Rest')),
    gateway: v.optional(v.looseObject({}, 'must be options of Gateway')),
    webhook: v.optional(v.looseObject({}, 'must be options of Webhook')),
    source: v.optional(v.union([source, v.pipe(v.array(source), v.minLength(1))], SOURCE_HINT)),
    log: v.optional(v.union([v.literal(false), fn<LogSink>('')], 'must be a function of a record, or false')),
    logLevel: v.optional(v.picklist(LEVELS, 'must be "debug", "info", "warn", "error" or "silent"')),
    language: v.optional(v.picklist(['en', 'zh'], 'must be "en" or "zh"')),
    logContents: v.optional(v.boolean('must be true or false')),
    clock: v.optional(having<Clock>(['now', 'wall', 'setTimer'], 'must be a Clock: { now, wall, setTimer }')),
    random: v.optional(fn<() => number>('must be a function that gives a number from 0 up to 1')),
  },
  objectHint,
)

/** Advice for the options that newcomers get wrong. */
const ADVICE: Readonly<Record<string, Advice>> = {
  appId: {
    en: 'Copy the AppID from the console (开发设置) and give it as text, e.g. process.env.QQ_APP_ID.',
    zh: '请在 https://q.qq.com 管理端的「开发设置」中复制 AppID，并以字符串传入，例如 process.env.QQ_APP_ID。',
  },
  secret: {
    en: 'Copy the AppSecret from the console (开发设置), and check that the environment variable you read is set.',
    zh: '请在 https://q.qq.com 管理端的「开发设置」中复制 AppSecret，并确认所读取的环境变量已设置。',
  },
  intents: {
    en: 'Leave `intents` out: the bot derives them from the handlers you register. Permissioned ones go into `permissions`.',
    zh: '一般无需设置 intents：机器人会根据已注册的处理函数自动推导；需要申请权限的请写入 permissions。',
  },
  permissions: {
    en: 'Give the names of the intents that your bot was granted on application, or leave it out.',
    zh: '请填写机器人已申请到的 intent 名称；没有则无需设置。',
  },
}

/**
 * Checks the options of a bot. `Rest`, `Gateway` and `Webhook` check their own options.
 *
 * @throws OptionsError
 */
const checkBotOptions = (input: unknown): BotOptions =>
  checkOptions('Bot', schema, input, (path) => ADVICE[path.replace(/\..*/, '')]) as BotOptions
