import type { Anchor } from '@qqkit/rest'

import type { CommandMatch } from '../command/parse-command.js'
import type { Author, MessageOf, Scene } from '../message/message.js'
import { BaseContext, type ContextInit } from './base-context.js'

/** A message and everything that can be done about it, in one scene. */
export class SceneMessageContext<S extends Scene> extends BaseContext<'message'> {
  readonly message: MessageOf<S>
  /** The command that this message was taken for; set inside `bot.command` handlers. */
  command: CommandMatch | null = null
  /** What the pattern found; set inside `bot.hears` handlers. */
  match: RegExpExecArray | null = null

  constructor(init: ContextInit, message: MessageOf<S>) {
    super('message', init, message.target)
    this.message = message
  }

  /** `'c2c'`, `'group'`, `'channel'` or `'dm'`; checking it narrows `message`. */
  get scene(): S {
    return this.message.scene
  }

  /** What was said: without mentions and surrounding blanks, HTML escapes of guilds decoded. */
  get text(): string {
    return this.message.text
  }

  get author(): Author {
    return this.message.author
  }

  /** The words behind the command; empty outside `bot.command` handlers. */
  get args(): readonly string[] {
    return this.command?.args ?? []
  }

  override get sentAt(): number | null {
    return this.message.sentAt
  }

  protected override get anchor(): Anchor {
    return { msgId: this.message.id }
  }
}

/** The context of `bot.on('message')`, over one or all scenes. */
export type MessageContext<S extends Scene = Scene> = S extends Scene ? SceneMessageContext<S> : never
