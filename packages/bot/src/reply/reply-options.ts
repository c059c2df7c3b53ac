import { checkOptions } from '@qqkit/core/internal'
import type { MaxLength } from '@qqkit/rest'
import type { TextOf } from '@qqkit/rest/text'

import * as v from 'valibot'

import type { Target } from '../events/message.js'

/** How a message is sent. */
export interface SendOptions {
  /** Stops waiting; the message may still arrive. */
  readonly signal?: AbortSignal
}

/** How a proactive message is sent. */
export interface ProactiveOptions extends SendOptions {
  /**
   * How long it may wait for the quota of proactive messages
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}), in ms; `Infinity` for no
   * limit, as in a broadcast. Default 60 s, or `rest.quotaTimeout`.
   */
  readonly quotaTimeout?: number
}

/** How a reply is sent. */
export interface ReplyOptions extends SendOptions {
  /** Another place than that of the event; needed where the event has none. */
  readonly to?: Target
  /**
   * Default: `'apology'` inside `bot.catch()` and `errorReply`, `'notice'` inside the callbacks of `throttle` and
   * `conversationTimeout`, otherwise `'answer'`. Give `'notice'` for a reply that depends on timing ("one moment, please"), and
   * `'apology'` for one about a failure: when the handler runs again, they do not count as its answers.
   */
  readonly kind?: 'answer' | 'notice' | 'apology'
  /** Quotes the message of the event. Without effect where there is none, or its reference is unknown, and in other places. */
  readonly quote?: boolean
  /**
   * Begins with a mention of the person, in groups and channels. Without effect elsewhere, and on messages without text, such as cards.
   */
  readonly mention?: boolean
  /** `false`: an error where it cannot be delivered now, also with `onUndeliverable: 'park'`. Questions are never parked. */
  readonly park?: boolean
}

/** How a typing notice is shown. */
export interface TypingOptions extends SendOptions {
  /** How long, up to 60 (default). */
  readonly seconds?: number
}

/** How an answer is streamed. */
export interface AnswerOptions extends Omit<ReplyOptions, 'quote' | 'mention' | 'park'> {
  /** The source yields `'append'` (default) the next part, `'replace'` the whole text so far. */
  readonly mode?: 'append' | 'replace'
  /** Whether the text is markdown. Default `false`. */
  readonly markdown?: boolean
  /**
   * The line that is written when the model calls a tool, e.g. `(name) => `🔧 ${name}``: it becomes a part of the message and stays.
   * For sources of pieces, such as `fullStream`. Default: none.
   */
  readonly tool?: (name: string) => string | null | undefined
  /**
   * Whether the message grows in private chats. Default `true`, except for events that another process may answer too
   * (`Delivery.shared`: a webhook with several processes, a bot that stops). `false`: one message at the end, as in other scenes,
   * since some QQ clients show `该类型消息暂不支持查看` on messages that grew
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
   */
  readonly streaming?: boolean
  /** ms between two chunks, at least 300; default 500. */
  readonly throttle?: number
  /**
   * Longest text of a growing message, in characters or `{ bytes }`; the text continues in the next one. Default: the bot's
   * `maxTextLength`. See `StreamOptions` of `@qqkit/rest` for when to give bytes.
   */
  readonly maxLength?: MaxLength
  /**
   * ms after which a growing message is ended and the text continues in the next. Default 8 minutes
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
   */
  readonly maxAge?: number
}

/** {@link AnswerOptions} for a source that does not yield strings. */
export interface MappedAnswerOptions<T> extends AnswerOptions {
  /** Finds the text in a piece; pieces without text are skipped. */
  readonly text: TextOf<T>
}

const flag = v.boolean()
const ms = v.pipe(v.number(), v.minValue(0, 'must be ms from 0 up'))
const call = v.function()

/** What each option of a call must be. */
const RULES = {
  signal: v.instance(AbortSignal, 'must be an AbortSignal, e.g. ctx.signal'),
  to: v.looseObject({}, "must be a target: { scene: 'group', id }"),
  kind: v.picklist(['answer', 'notice', 'apology']),
  mode: v.picklist(['append', 'replace']),
  seconds: v.pipe(v.number(), v.minValue(1, 'must be seconds from 1 up')),
  quote: flag,
  mention: flag,
  park: flag,
  markdown: flag,
  streaming: flag,
  hideTip: flag,
  quotaTimeout: ms,
  timeout: ms,
  throttle: ms,
  maxAge: ms,
  tool: call,
  text: call,
  maxLength: v.any(),
}

/** The options of each call of a context or bot. */
const CALLS = {
  reply: 'signal to kind quote mention park',
  stream: 'signal to kind mode markdown tool text streaming throttle maxLength maxAge',
  send: 'signal quotaTimeout',
  typing: 'signal seconds',
  recall: 'signal to hideTip',
  react: 'signal',
  ready: 'signal timeout',
}

/** What calls without options are given: it needs no check. */
export const NO_OPTIONS: object = Object.freeze({})

/**
 * Checks the options of a call: a misspelt one would be left out silently.
 *
 * @throws OptionsError
 */
export const checkCall = (name: keyof typeof CALLS, options: object): void => {
  if (options === NO_OPTIONS) return
  const rules = CALLS[name]
    .split(' ')
    .map((option) => [option, v.optional(RULES[option as keyof typeof RULES])])
  checkOptions(`${name}()`, v.strictObject(Object.fromEntries(rules) as v.ObjectEntries), options)
}
