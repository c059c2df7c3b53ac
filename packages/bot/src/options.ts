import { OptionsError, type Clock, type LogSink, type SessionStore, type Source } from '@qqkit/core'
import type { GatewayOptions } from '@qqkit/gateway'
import type { IntentName } from '@qqkit/protocol'
import type { RestOptions } from '@qqkit/rest'
import type { WebhookOptions } from '@qqkit/webhook'

import type { Context } from './context/context.js'
import { checkBotOptions } from './options-schema.js'
import type { ParkStore } from './park/park-store.js'
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

/** Where events come from: a transport of the platform, or a source of your own. */
export type SourceChoice = 'gateway' | 'webhook' | Source

/** How replies are parked. */
export interface ParkingOptions {
  /** Default {@link memoryParkStore}: they are lost when the process ends. */
  readonly store?: ParkStore
  /** ms that a reply may wait before it is given up. Default 24 hours. */
  readonly maxAge?: number
}

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
  /** Events of one conversation that wait for their turn. Default: a tenth of `maxWaiting`, at least 20. */
  readonly maxWaitingPerConversation?: number
  /**
   * Chooses what gives way when `maxWaiting` or `maxWaitingPerConversation` is reached. Default: `'drop-oldest'`, in the conversation of
   * which most events wait, so that whoever floods makes room first.
   */
  readonly onQueueFull?: (conversation: string, size: QueueSize) => Overflow
  /** Told of each event that had to make room, with its context: it can still be answered. No handler gets it, now or later. */
  readonly onDropped?: (ctx: Context) => unknown
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
   * Characters of one message, from 100 up; longer text and markdown is sent in pieces. Default 5000: the docs give no
   * number, and a client in the field goes by that one.
   */
  readonly maxTextLength?: number
  /**
   * What becomes of a reply that is too late for an answer and that is refused as a proactive message too. `'throw'`
   * (default): an error. `'park'`: it waits, and goes out with the next message or event of its conversation.
   */
  readonly onUndeliverable?: 'throw' | 'park'
  /** Where parked replies wait, and how long. */
  readonly parking?: ParkingOptions
  /** Replaces the reply windows that `ctx.replyBudget` goes by. */
  readonly replyWindows?: Partial<ReplyWindows>
  /** Events that are remembered so that copies are not handled again. Default 10 000. */
  readonly rememberedEvents?: number
  /**
   * What becomes of the messages of other bots. `'ignore'` (default): only handlers of `'raw'` see them, or two bots that
   * answer everything would talk for ever. The bot's own messages are never handled.
   */
  readonly botMessages?: 'ignore' | 'handle'
  /** Stop on SIGINT and SIGTERM. Default `false`. */
  readonly handleSignals?: boolean
  /** Keeps the session over a restart, so that nothing sent meanwhile is lost. Default: none. */
  readonly store?: SessionStore
  /**
   * Where events come from: `'gateway'` (default), `'webhook'` (see `bot.webhook`), a source of your own, or several at
   * once. An event that comes over two of them is handled once.
   */
  readonly source?: SourceChoice | readonly SourceChoice[]
  /** Receives records. Default: warnings and errors on stderr; `false`: nowhere. */
  readonly log?: LogSink | false
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
  >
> & { readonly source: readonly SourceChoice[] }

/** What is used where nothing is given. */
export const botDefaults: BotDefaults = Object.freeze<BotDefaults>({
  permissions: [],
  prefix: ['/', '／'],
  bareCommands: true,
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
  source: ['gateway'],
})

/** {@link BotOptions} with every default filled in. */
export type ResolvedBotOptions = BotOptions &
  BotDefaults & { readonly prefix: readonly string[]; readonly source: readonly SourceChoice[] }

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
    advice: {
      en: 'Swap the two values.',
      zh: 'appId 与 secret 可能填反了：AppID 是纯数字的那个，请互换。',
    },
  })
}

/** Options that nothing would use: whoever gives them believes something else of the bot. */
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
  const prefix = [resolved.prefix].flat()
  const source = [...new Set([resolved.source].flat())]
  const bySource = "is only used with source: 'webhook' or ['gateway', 'webhook']"
  checkUnused('webhook', options, source.includes('webhook'), bySource)
  const parks = resolved.onUndeliverable === 'park'
  checkUnused('parking', options, parks, "is only used with onUndeliverable: 'park'")
  return { ...resolved, prefix, source }
}
