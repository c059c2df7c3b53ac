import type { Anchor } from '@qqkit/rest'
import type { Mentionable } from '@qqkit/rest/text'

import { BotError } from '../common/errors.js'
import type { CommandMatch } from '../events/command.js'
import { parseEmoji, type Emoji } from '../events/emoji.js'
import type { Author, Message, MessageOf, Scene, Target } from '../events/message.js'
import type { ReceivedMessage } from '../events/parse-message.js'
import { checkCall, NO_OPTIONS, type SendOptions } from '../reply/reply-options.js'
import { BaseContext, type ContextInit } from './base-context.js'

/** Why no handler took a message that is not known to be for the bot: a filter refused it so far, or all handlers let it pass. */
export type Unanswered = 'refused' | 'declined'

/** A message in one scene, and what a handler can do with it. */
export class SceneMessageContext<S extends Scene> extends BaseContext<'message'> {
  /** The place of the message, where replies go. */
  declare readonly target: Target<S>
  readonly #received: ReceivedMessage
  #unanswered: Unanswered | null = null
  /** The command in this message; set inside `bot.command` handlers. */
  command: CommandMatch | null = null
  /** The match of the pattern; set inside `bot.hears` handlers. */
  match: RegExpExecArray | null = null

  /**
   * The message as it came, for the parts of the bot that ask about every event.
   *
   * @internal
   */
  static receivedOf(ctx: MessageContext): ReceivedMessage {
    return ctx.#received
  }

  /**
   * Why no handler took the message so far, if it is not known to be for the bot.
   *
   * @internal
   */
  static unansweredOf(ctx: MessageContext): Unanswered | null {
    return ctx.#unanswered
  }

  /** @internal */
  static markUnanswered(ctx: MessageContext, why: Unanswered): void {
    ctx.#unanswered = why
  }

  constructor(init: ContextInit, received: ReceivedMessage) {
    super('message', init, received.target)
    this.#received = received
  }

  /** The message with all its parts, read on first use. */
  get message(): MessageOf<S> {
    return this.#received.whole as MessageOf<S>
  }

  /** Whether the bot itself wrote it. Only handlers of `'raw'` get such a message. */
  get fromSelf(): boolean {
    return this.#received.isFromSelf
  }

  /** `'c2c'`, `'group'`, `'channel'` or `'dm'`; checking it narrows `message`. */
  get scene(): S {
    return this.#received.target.scene as S
  }

  /** The text, without mentions and surrounding blanks, HTML escapes of guilds decoded. */
  get text(): string {
    return this.#received.text
  }

  get author(): Author {
    return this.#received.author
  }

  /** The words after the command; empty outside `bot.command` handlers. */
  get args(): readonly string[] {
    return this.command?.args ?? []
  }

  /** The output of the schema of the command (`args`); empty outside `bot.command` handlers that have one. */
  get params(): Readonly<Record<string, unknown>> {
    return (this.command?.params ?? {}) as Readonly<Record<string, unknown>>
  }

  override get sentAt(): number | null {
    return this.#received.sentAt
  }

  /**
   * Reacts to the message with an emoji: the number of a QQ face such as `'277'`, or a character such as `'👍'`. In guild
   * channels only.
   *
   * @example
   * if (ctx.scene === 'channel') await ctx.react('👍')
   * @throws BotError `no_reactions`, `unknown_emoji`; the errors of `rest.api`
   */
  react(emoji: string | Emoji, options: SendOptions = NO_OPTIONS): Promise<void> {
    return BaseContext.scopeOf(this).watch(this.#react(emoji, true, options))
  }

  /**
   * Removes a reaction of the bot.
   *
   * @throws BotError `no_reactions`, `unknown_emoji`; the errors of `rest.api`
   */
  unreact(emoji: string | Emoji, options: SendOptions = NO_OPTIONS): Promise<void> {
    return BaseContext.scopeOf(this).watch(this.#react(emoji, false, options))
  }

  async #react(emoji: string | Emoji, on: boolean, options: SendOptions): Promise<void> {
    checkCall('react', options)
    const message: Message = this.message
    if (message.scene !== 'channel') throw new BotError('no_reactions', message.scene)
    const { channelId, id } = message
    await BaseContext.repliesOf(this)
      .client()
      .react({ channelId, id }, parseEmoji(emoji), { ...options, on })
  }

  protected override get sender(): Mentionable {
    return this.#received.author
  }

  protected override get reference(): string | null {
    return this.#received.whole.referenceId
  }

  protected override get people(): readonly Mentionable[] {
    return [this.#received.author, ...this.#received.mentions]
  }

  protected override get anchor(): Anchor {
    return { msgId: this.#received.id }
  }
}

/** The context of `bot.on('message')`, over one or all scenes. */
export type MessageContext<S extends Scene = Scene> = S extends Scene ? SceneMessageContext<S> : never
