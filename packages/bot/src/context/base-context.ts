import type { Delivery, DeliveryLease, ShardId } from '@qqkit/core'
import type { Anchor, StreamResult } from '@qqkit/rest'
import type { Mentionable, TextOf, TextSource } from '@qqkit/rest/text'

import { BotError } from '../common/errors.js'
import type { MergedDelivery } from '../common/merged-delivery.js'
import { isReplyable } from '../events/event-names.js'
import { textOrNull } from '../events/fields.js'
import type { OwnIds } from '../events/mentions.js'
import type { Target } from '../events/message.js'
import { withMention } from '../reply/addressing.js'
import { LeaseGate } from '../reply/leased-client.js'
import type { ReplyResult } from '../reply/parked-reply.js'
import type { PeopleTexts } from '../reply/people-texts.js'
import type { OutgoingMessage } from '../reply/platform-client.js'
import { recall, type Recallable, type RecallOptions } from '../reply/recall.js'
import { Replier, type ReplyDeps } from '../reply/replier.js'
import {
  type AnswerOptions,
  checkCall,
  type MappedAnswerOptions,
  NO_OPTIONS,
  type ProactiveOptions,
  type ReplyOptions,
  type TypingOptions,
} from '../reply/reply-options.js'
import type { ReplyBudget } from '../reply/reply-window.js'
import type { Sent } from '../reply/sent.js'
import { HandlerScope, WatchedPromise } from './handler-scope.js'

/** What the contexts of one run of the bot share. */
export interface ContextHost {
  readonly services: ReplyDeps
  /** Whether events are received. While the bot stops, the next process gets the events that it does not finish. */
  readonly isOpen: boolean
  /** The bot's own ids that are known now. */
  readonly own: OwnIds
  /** Called when a call fails after its event was finished and no code handles it, and whether it is the first of the event. */
  onUnhandled(error: BotError, first: boolean, ctx: BaseContext<string>): void
}

/** What a context is made from. */
export interface ContextInit {
  readonly delivery: Delivery
  readonly merged: MergedDelivery
  readonly host: ContextHost
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
  /** Whether an earlier process, start or connection may have handled this event before. */
  readonly replayed: boolean
  /** The payload, unchanged. */
  readonly raw: unknown
  /** The place of the event, where replies go; `null` if the platform does not tell it. */
  readonly target: Target | null
  readonly #init: ContextInit
  readonly #receivedAt: number
  #state: Record<string, unknown> | null = null
  #replier: Replier | null = null
  /** `null` while no handler has begun a call or read the signal. */
  #scope: HandlerScope | null = null
  #isOver = false

  /**
   * The replies of an event, for the parts of the bot that need more than handlers do.
   *
   * @internal
   */
  static repliesOf(ctx: BaseContext<string>): Replier {
    return ctx.#replies
  }

  /**
   * What the bot itself says to people, where it differs from the default.
   *
   * @internal
   */
  static textsOf(ctx: BaseContext<string>): Partial<PeopleTexts> | undefined {
    return ctx.#services.texts
  }

  /**
   * The signal and the calls of an event.
   *
   * @internal
   */
  static scopeOf(ctx: BaseContext<string>): HandlerScope {
    const { host } = ctx.#init
    return (ctx.#scope ??= new HandlerScope(
      (error, first) => host.onUnhandled(error, first, ctx),
      ctx.#isOver,
    ))
  }

  /**
   * The delivery of an event: of a shared source it may have a lease, and the queue of its conversation.
   *
   * @internal
   */
  static deliveryOf(ctx: BaseContext<string>): Delivery {
    return ctx.#init.delivery
  }

  /**
   * Whether other processes may get the events of its conversation.
   *
   * @internal
   */
  static isLeased(ctx: BaseContext<string>): boolean {
    return ctx.#init.delivery.lease !== undefined
  }

  /**
   * Waits until this process may save for an event, and returns its lease; `undefined` where no other process may get it.
   *
   * @internal
   * @throws BotError `lease_lost`
   */
  static async mayKeep(ctx: BaseContext<string>): Promise<DeliveryLease | undefined> {
    const { delivery, host } = ctx.#init
    const { lease } = delivery
    if (lease) await new LeaseGate(lease, host.services.clock).untilValid(undefined)
    return lease
  }

  /**
   * Ends the scope of an event if all its calls have ended well, and returns whether it did. Otherwise finish the scope.
   *
   * @internal
   */
  static endIfIdle(ctx: BaseContext<string>): boolean {
    ctx.#isOver = ctx.#scope?.endIfIdle() ?? true
    return ctx.#isOver
  }

  /**
   * Whether the handlers of an event have ended, with all their calls.
   *
   * @internal
   */
  static isOver(ctx: BaseContext<string>): boolean {
    return ctx.#scope?.isOver ?? ctx.#isOver
  }

  constructor(event: E, init: ContextInit, target: Target | null) {
    const { delivery, merged, host } = init
    const { t, id, d } = delivery.frame
    this.event = event
    this.name = t ?? ''
    this.id = textOrNull(id)
    this.replayed = delivery.replayed || merged.restarted
    this.raw = d
    this.target = target
    this.#init = init
    this.#receivedAt = host.services.clock.wall()
  }

  /** The same for every copy of this event, and for all events of one message. */
  get key(): string {
    return this.#init.merged.key
  }

  get shard(): ShardId | null {
    return this.#init.delivery.shard
  }

  /** AppID of the bot: ids of people, places and messages are valid for this bot only. */
  get appId(): string {
    return this.#services.appId
  }

  /** Aborts when the handler has run out of time (`handlerTimeout`, `stopTimeout`). Pass it to everything that can be cancelled. */
  get signal(): AbortSignal {
    return BaseContext.scopeOf(this).signal
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

  /** The person of the event. */
  protected get sender(): Mentionable | null {
    return null
  }

  /** By what the message of the event can be quoted. */
  protected get reference(): string | null {
    return null
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
   * await ctx.reply('pong', { quote: true, mention: true })
   * @returns the result of the message, with all its pieces; `recall()` recalls them. `kind: 'parked'` only with
   *   `onUndeliverable: 'park'`
   * @throws BotError `not_replyable` or `no_target`; the errors of `rest.send`; IncompleteError where a piece after the
   *   first failed, with the pieces that were sent and those left
   */
  reply(message: OutgoingMessage, options: ReplyOptions = NO_OPTIONS): Promise<Sent<ReplyResult>> {
    const isPlain = options === NO_OPTIONS
    const reply = isPlain ? this.#replies.reply(message, options) : this.#replyTo(message, options)
    return BaseContext.scopeOf(this).watch(reply)
  }

  async #replyTo(message: OutgoingMessage, options: ReplyOptions): Promise<Sent<ReplyResult>> {
    checkCall('reply', options)
    const { target, sender } = this
    const isHere =
      options.to === undefined || (options.to.scene === target?.scene && options.to.id === target.id)
    const isTo = isHere && target !== null && sender !== null && options.mention === true
    const reference = isHere && options.quote === true ? this.reference : null
    return this.#replies.reply(isTo ? withMention(message, target, sender) : message, options, reference)
  }

  /**
   * Replies with a text that is still being generated, e.g. by a language model. In private chats the message grows with
   * the text ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4 §5.4});
   * in other scenes, and if the platform refuses to stream, it is sent as one message at the end. The message is always
   * ended, also when the source throws, and when `ctx.signal` or `signal` aborts.
   *
   * @example
   * await ctx.stream(streamText({ model, prompt }).fullStream, { tool: (name) => `🔧 ${name}` })
   * @param source an async iterable of strings, or of pieces of a language model; or a function that receives `write`
   * @returns the result of the stream, or of the one message
   * @throws the error of the source; BotError `not_replyable` or `no_target`; StreamError with the missing text; the errors
   *   of `rest.send`
   */
  stream<T>(source: TextSource<T>, options: MappedAnswerOptions<T>): Promise<StreamResult | Sent<ReplyResult>>
  stream(source: TextSource, options?: AnswerOptions): Promise<StreamResult | Sent<ReplyResult>>
  stream<T>(
    source: TextSource<T>,
    options: AnswerOptions & { readonly text?: TextOf<T> } = NO_OPTIONS,
  ): Promise<StreamResult | Sent<ReplyResult>> {
    return BaseContext.scopeOf(this).watch(this.#stream(source, options))
  }

  async #stream<T>(
    source: TextSource<T>,
    options: AnswerOptions & { readonly text?: TextOf<T> },
  ): Promise<StreamResult | Sent<ReplyResult>> {
    checkCall('stream', options)
    const { signal } = options
    const either = signal ? AbortSignal.any([this.signal, signal]) : this.signal
    return this.#replies.stream(source, options, either)
  }

  /**
   * Sends a proactive message to the place of this event. It draws on a small quota
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}): prefer `reply`.
   *
   * @throws BotError `no_target`; the errors of `rest.send`; IncompleteError
   */
  send(message: OutgoingMessage, options: ProactiveOptions = NO_OPTIONS): Promise<Sent> {
    return BaseContext.scopeOf(this).watch(this.#send(message, options))
  }

  async #send(message: OutgoingMessage, options: ProactiveOptions): Promise<Sent> {
    checkCall('send', options)
    const { signal, quotaTimeout } = options
    return this.#replies.send(message, signal, quotaTimeout)
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
  typing(options: TypingOptions = NO_OPTIONS): Promise<boolean> {
    // Not registered with the scope: the event does not wait for a notice.
    return WatchedPromise.of(this.#typing(options))
  }

  async #typing(options: TypingOptions): Promise<boolean> {
    checkCall('typing', options)
    const { seconds = 60, signal } = options
    return this.#replies.typing(seconds, signal)
  }

  /**
   * Recalls a message: a result of `reply` or `send`, with all its pieces, or the user's own (`ctx.message`) where the bot
   * is an administrator. In private chats and groups within two minutes
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-6 §5.6}). A
   * streamed message cannot be recalled.
   *
   * @throws BotError `no_target`, `nothing_to_recall`, `stream_not_recallable`; the errors of `rest.recall`
   */
  recall(message: Recallable, options: RecallOptions = NO_OPTIONS): Promise<void> {
    return BaseContext.scopeOf(this).watch(this.#recall(message, options))
  }

  async #recall(message: Recallable, options: RecallOptions): Promise<void> {
    checkCall('recall', options)
    const target = options.to ?? this.target
    if (!target) throw new BotError('no_target', this.name)
    await recall(this.#replies.client(), target, message, options)
  }

  get #services(): ReplyDeps {
    return this.#init.host.services
  }

  /** Made on first use, since most events are not answered. */
  get #replies(): Replier {
    const { delivery, host } = this.#init
    return (this.#replier ??= new Replier({
      ctx: this,
      anchor: this.anchor,
      delivery,
      host,
      receivedAt: this.#receivedAt,
      nameOf: (id) => this.people.find((person) => person.id === id && person.name !== '')?.name,
    }))
  }
}
