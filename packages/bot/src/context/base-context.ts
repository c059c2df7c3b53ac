import type { Delivery, ShardId } from '@qqkit/core'
import type { Anchor, StreamResult } from '@qqkit/rest'
import type { Mentionable, TextOf, TextSource } from '@qqkit/rest/text'

import { BotError } from '../common/errors.js'
import type { MergedDelivery } from '../common/merged-delivery.js'
import { isReplyable } from '../events/event-names.js'
import { textOrNull } from '../events/fields.js'
import type { OwnIds } from '../events/mentions.js'
import type { Target } from '../events/message.js'
import type { ReplyResult } from '../reply/parked-reply.js'
import type { OutgoingMessage } from '../reply/platform-client.js'
import { recall, type Recallable, type RecallOptions } from '../reply/recall.js'
import { Replier, type ReplyDeps } from '../reply/replier.js'
import type {
  AnswerOptions,
  MappedAnswerOptions,
  ProactiveOptions,
  ReplyOptions,
  TypingOptions,
} from '../reply/reply-options.js'
import type { ReplyBudget } from '../reply/reply-window.js'
import type { Sent } from '../reply/sent.js'
import { type HandlerScope, WatchedPromise } from './handler-scope.js'

/** What a context is made from. */
export interface ContextInit {
  readonly delivery: Delivery
  readonly merged: MergedDelivery
  /** Whether the event may have been handled before. */
  readonly replayed: boolean
  /** Whether another process may answer the event too. Asked each time, since it can turn out while a handler runs. */
  readonly isShared: () => boolean
  /** Whether replies may be streamed. */
  readonly mayGrow: () => boolean
  readonly scope: HandlerScope
  readonly services: ReplyDeps
  /** The bot's own ids, as far as they are known. */
  readonly own: OwnIds
}

const NOTHING: readonly OutgoingMessage[] = Object.freeze([])

/** What every context has, for any event. */
export abstract class BaseContext<E extends string> {
  /** Tells the contexts apart: `'message'`, `'interaction'`, the name on the wire, or `'unknown'`. */
  readonly event: E
  /** The event's name on the wire, e.g. `'GROUP_AT_MESSAGE_CREATE'`. */
  readonly name: string
  /** The frame's own id, which event replies hang on; `null` where the platform gives none. */
  readonly id: string | null
  /** The same for every copy of this event, and for all events of one message. */
  readonly key: string
  /** Whether an earlier process, start or connection may have handled this event before. */
  readonly replayed: boolean
  readonly shard: ShardId | null
  /** The payload, unchanged. */
  readonly raw: unknown
  /** The place of the event, where replies go; `null` if the platform does not tell it. */
  readonly target: Target | null
  readonly #init: ContextInit
  readonly #receivedAt: number
  #state: Record<string, unknown> | null = null
  #replier: Replier | null = null

  /**
   * The replies of an event, for the parts of the bot that need more than handlers do.
   *
   * @internal
   */
  static repliesOf(ctx: BaseContext<string>): Replier {
    return ctx.#replies
  }

  constructor(event: E, init: ContextInit, target: Target | null) {
    const { delivery, merged, replayed, services } = init
    this.event = event
    this.name = delivery.frame.t ?? ''
    this.id = textOrNull(delivery.frame.id)
    this.key = merged.key
    this.replayed = replayed
    this.shard = delivery.shard
    this.raw = delivery.frame.d
    this.target = target
    this.#init = init
    this.#receivedAt = services.clock.wall()
  }

  /** AppID of the bot: ids of people, places and messages are valid for this bot only. */
  get appId(): string {
    return this.#init.services.appId
  }

  /** Aborts when the handler has run out of time (`handlerTimeout`, `stopTimeout`). Pass it to everything that can be cancelled. */
  get signal(): AbortSignal {
    return this.#init.scope.signal
  }

  /** An object where middleware keeps data for later handlers. */
  get state(): Record<string, unknown> {
    return (this.#state ??= {})
  }

  /** Messages that handlers of this event have sent so far, in order. */
  get sent(): readonly OutgoingMessage[] {
    return this.#replier?.sent ?? NOTHING
  }

  /** The replies and the time left for this event; `null` if it cannot be replied to. Advice, never a hard block. */
  get replyBudget(): ReplyBudget | null {
    return this.#replies.budget
  }

  /**
   * Wall time in ms at which the platform received the event; `null` if unknown. The reply window begins then
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-1 §6.1}).
   */
  get sentAt(): number | null {
    return null
  }

  /** The anchor of replies. */
  protected get anchor(): Anchor | null {
    return this.id !== null && isReplyable(this.name) ? { eventId: this.id } : null
  }

  /** The people in the event, by id and name. */
  protected get people(): readonly Mentionable[] {
    return []
  }

  /** For the calls of subclasses. */
  protected get init(): ContextInit {
    return this.#init
  }

  /**
   * Replies to this event: a passive reply, which costs no proactive quota. When the window has closed, it is sent as a
   * proactive message instead
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6 §6}). Long text is sent
   * in pieces. Await or return the promise.
   *
   * @example
   * await ctx.reply('pong')
   * @returns the result of the message, with all its pieces; `recall()` recalls them. `kind: 'parked'` only with
   *   `onUndeliverable: 'park'`
   * @throws BotError `not_replyable` or `no_target`; the errors of `rest.send`; IncompleteError where a piece after the
   *   first failed, with the pieces that were sent and those left
   */
  reply(message: OutgoingMessage, options: ReplyOptions = {}): Promise<Sent<ReplyResult>> {
    return this.#init.scope.watch(this.#replies.reply(message, options))
  }

  /**
   * Replies with a text that is still being generated, e.g. by a language model. In private chats the message grows with
   * the text ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4 §5.4});
   * in other scenes, and if the platform refuses to stream, it is sent as one message at the end. The message is always
   * ended, also when the source throws, and when `ctx.signal` or `signal` aborts.
   *
   * @example
   * await ctx.stream(completion, { text: (chunk) => chunk.choices[0]?.delta.content })
   * @param source an async iterable of strings, or a function that receives `write`
   * @returns the result of the stream, or of the one message
   * @throws the error of the source; BotError `not_replyable` or `no_target`; StreamError with the missing text; the errors
   *   of `rest.send`
   */
  stream(source: TextSource, options?: AnswerOptions): Promise<StreamResult | Sent<ReplyResult>>
  stream<T>(source: TextSource<T>, options: MappedAnswerOptions<T>): Promise<StreamResult | Sent<ReplyResult>>
  stream<T>(
    source: TextSource<T>,
    options: AnswerOptions & { readonly text?: TextOf<T> } = {},
  ): Promise<StreamResult | Sent<ReplyResult>> {
    const { signal } = options
    const either = signal ? AbortSignal.any([this.signal, signal]) : this.signal
    return this.#init.scope.watch(this.#replies.stream(source, options, either))
  }

  /**
   * Sends a proactive message to the place of this event. It draws on a small quota
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}): prefer `reply`.
   *
   * @throws BotError `no_target`; the errors of `rest.send`; IncompleteError
   */
  send(message: OutgoingMessage, options: ProactiveOptions = {}): Promise<Sent> {
    const { signal, quotaTimeout } = options
    return this.#init.scope.watch(this.#replies.send(message, signal, quotaTimeout))
  }

  /**
   * Shows the user "typing", in private chats (C2C) only. In other scenes nothing happens, and neither when all replies to the
   * event are used up, of which a notice may take one
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-1 §6.1}).
   *
   * @param options `seconds`: how long the notice is shown, up to 60 (default)
   * @returns whether a notice was sent. It is tried once; a refusal is no error and delays nothing
   * @throws `signal.reason`
   */
  typing(options: TypingOptions = {}): Promise<boolean> {
    const { seconds = 60, signal } = options
    // Not registered with the scope: the event does not wait for a notice.
    return WatchedPromise.of(this.#replies.typing(seconds, signal))
  }

  /**
   * Recalls a message: a result of `reply` or `send`, with all its pieces, or the user's own (`ctx.message`) where the bot
   * is an administrator. In private chats and groups within two minutes
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-6 §5.6}). A
   * streamed message cannot be recalled.
   *
   * @throws BotError `no_target`, `nothing_to_recall`, `stream_not_recallable`; the errors of `rest.recall`
   */
  recall(message: Recallable, options: RecallOptions = {}): Promise<void> {
    return this.#init.scope.watch(this.#recall(message, options))
  }

  async #recall(message: Recallable, options: RecallOptions): Promise<void> {
    const target = options.to ?? this.target
    if (!target) throw new BotError('no_target', this.name)
    await recall(this.#init.services.client, target, message, options)
  }

  /** Made on first use, since most events are not answered. */
  get #replies(): Replier {
    return (this.#replier ??= new Replier({
      owner: this,
      name: this.name,
      anchor: this.anchor,
      target: this.target,
      replayed: this.replayed,
      isShared: this.#init.isShared,
      mayGrow: this.#init.mayGrow,
      since: this.sentAt ?? this.#receivedAt,
      nameOf: (id) => this.people.find((person) => person.id === id && person.name !== '')?.name,
      services: this.#init.services,
    }))
  }
}
