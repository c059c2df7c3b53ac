import type { MaxLength } from '@qqkit/rest'
import type { TextOf } from '@qqkit/rest/text'

import type { Target } from '../events/message.js'

/** How a message is sent. */
export interface SendOptions {
  /** Stops waiting; the message may be on its way. */
  readonly signal?: AbortSignal
}

/** How a message on the bot's own initiative is sent. */
export interface ProactiveOptions extends SendOptions {
  /**
   * How long it may wait for the quota of proactive messages
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}), in ms; `Infinity` for as long as
   * it takes, as in a broadcast. Default 60 s, or what `rest.quotaTimeout` says.
   */
  readonly quotaTimeout?: number
}

/** How a reply is sent. */
export interface ReplyOptions extends SendOptions {
  /** Somewhere else than where the event took place, or where the event does not tell. */
  readonly to?: Target
  /**
   * What it is to the event. Default: `'apology'` inside of `bot.catch()` and `errorReply`, `'notice'` inside of what
   * `throttle` and `conversationTimeout` call, else `'answer'`. Say `'notice'` of what
   * goes out or not as time goes ("one moment, please"), and `'apology'` of what is said because something failed: when the handler
   * runs again, they are not taken for its answers.
   */
  readonly kind?: 'answer' | 'notice' | 'apology'
}

/** How a typing notice is shown. */
export interface TypingOptions extends SendOptions {
  readonly seconds?: number
}

/** How an answer is streamed. */
export interface AnswerOptions extends ReplyOptions {
  /** What the source gives: `'append'` (default) what comes next, `'replace'` the whole text so far. */
  readonly mode?: 'append' | 'replace'
  /** Whether it is markdown. Default `false`. */
  readonly markdown?: boolean
  /**
   * Whether the message grows in private chats. Default `true`, except for events that another process may answer as well, of
   * which one may be cut and nobody knows (`Delivery.shared`: a webhook with several processes, a bot that stops); `false`: one message at the end, as everywhere else,
   * since some QQ clients put `该类型消息暂不支持查看` on messages that grew
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
   */
  readonly streaming?: boolean
  /** ms between two chunks, at least 300; default 500. */
  readonly throttle?: number
  /**
   * How long a message that grows may get, in characters or `{ bytes }`, before the text goes on in the next. Default: the
   * bot's `maxTextLength`. See `StreamOptions` of `@qqkit/rest` for when to give bytes.
   */
  readonly maxLength?: MaxLength
  /**
   * ms after which a message that grows is ended and the text goes on in the next. Default 8 minutes
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
   */
  readonly maxAge?: number
}

/** With where the text is in what the source yields. */
export interface MappedAnswerOptions<T> extends AnswerOptions {
  /** Finds the text in a piece; pieces without one are passed over. */
  readonly text: TextOf<T>
}
