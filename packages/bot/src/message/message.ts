import type { Scene } from '@qqkit/protocol'

export type { Scene }

/**
 * Where a message is sent to. `id` is the user's openid, the group's openid, the channel id, or the id of the direct
 * message session ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
 */
export interface Target<S extends Scene = Scene> {
  readonly scene: S
  readonly id: string
}

/** Who wrote a message. */
export interface Author {
  /** Openid in C2C and groups, user id in guilds. */
  readonly id: string
  /** Shown name; empty where the platform does not tell (C2C). */
  readonly name: string
  readonly bot: boolean
  /** Place in the group; `null` elsewhere or when not told. */
  readonly role: 'member' | 'admin' | 'owner' | null
  /** Address of the picture; `null` outside guilds. */
  readonly avatar: string | null
}

/** Someone named with an @ ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-2 §4.2}). */
export interface Mention {
  readonly kind: 'user' | 'everyone'
  /** `null` for everyone. */
  readonly id: string | null
  readonly name: string
  readonly bot: boolean
  /** Whether this bot is meant. In guilds the bot knows its own id from the gateway only. */
  readonly me: boolean
}

/**
 * What kind of thing is attached, judged by its content type, without one by its name
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-2 §4.2}).
 */
export type AttachmentKind = 'image' | 'video' | 'voice' | 'file'

/** A file that came with a message. */
export interface Attachment {
  readonly kind: AttachmentKind
  /**
   * Always with a scheme, also where the platform left it out
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/08-surprises.md#8 §8}).
   */
  readonly url: string
  /** As the platform declared it, e.g. `image/png`, `voice`, `file`; empty when it did not. */
  readonly contentType: string
  readonly name: string | null
  /** bytes */
  readonly size: number | null
  /** px */
  readonly width: number | null
  /** px */
  readonly height: number | null
  /** The same voice as WAV; `url` is SILK. */
  readonly wavUrl: string | null
  /** What the platform heard in a voice. */
  readonly transcript: string | null
}

/** The message that this one quotes. */
export interface Quote {
  /** Reference index or message id; `null` when not told. */
  readonly id: string | null
  /** Its text, where the platform sends it along (C2C and groups), else `null`. */
  readonly text: string | null
  readonly attachments: readonly Attachment[]
}

/** What every message has, wherever it was written. */
export interface MessageBase {
  /** Opaque; percent-encode it in paths. */
  readonly id: string
  /** What was said: without mentions and surrounding blanks, HTML escapes of guilds decoded, faces as `[name]`. */
  readonly text: string
  /** `content` exactly as the platform sent it. */
  readonly content: string
  readonly author: Author
  readonly mentions: readonly Mention[]
  readonly attachments: readonly Attachment[]
  readonly quote: Quote | null
  /** Index by which this message can be quoted (`message_reference`); `null` when not told. */
  readonly referenceId: string | null
  /** Wall time in ms since 1970 by the platform's clock; `null` when unreadable. */
  readonly sentAt: number | null
  /** Where an answer goes. */
  readonly target: Target
  /** The payload, untouched. */
  readonly raw: Readonly<Record<string, unknown>>
}

/** A message that a user wrote to the bot alone. */
export interface C2cMessage extends MessageBase {
  readonly scene: 'c2c'
  readonly target: Target<'c2c'>
  readonly userId: string
}

/** A message in a group. */
export interface GroupMessage extends MessageBase {
  readonly scene: 'group'
  readonly target: Target<'group'>
  readonly groupId: string
  /** Whether the bot was addressed; `false` only for bots that receive all messages of a group. */
  readonly toMe: boolean
}

/** A message in a guild channel. */
export interface ChannelMessage extends MessageBase {
  readonly scene: 'channel'
  readonly target: Target<'channel'>
  readonly guildId: string
  readonly channelId: string
  /** Whether the bot was addressed; `false` only for bots that receive all messages of a guild. */
  readonly toMe: boolean
}

/** A direct message from a guild member. */
export interface DmMessage extends MessageBase {
  readonly scene: 'dm'
  readonly target: Target<'dm'>
  /** The direct message session, which answers are sent to. */
  readonly sessionId: string
  /** The guild the user came from; `null` when not told. */
  readonly sourceGuildId: string | null
}

/** One model over four scenes; `scene` tells them apart. */
export type Message = C2cMessage | GroupMessage | ChannelMessage | DmMessage

/** The message type of one scene. */
export type MessageOf<S extends Scene> = Extract<Message, { readonly scene: S }>
