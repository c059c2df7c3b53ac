import type { Scene } from '@qqkit/protocol'
import type { Target } from '@qqkit/rest'

import { type Fields, fields, text } from './fields.js'

export type { Scene, Target }

/** Who wrote a message. */
export interface Author {
  /** Openid in C2C and groups, user id in guilds. */
  readonly id: string
  /** Displayed name; empty if the platform does not tell it (C2C). */
  readonly name: string
  readonly bot: boolean
  /** Role in the group; `null` in other scenes, or if unknown. */
  readonly role: 'member' | 'admin' | 'owner' | null
  /** Address of the picture; `null` outside guilds. */
  readonly avatar: string | null
}

/** A mention with an @ ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-2 §4.2}). */
export interface Mention {
  readonly kind: 'user' | 'everyone'
  /** `null` for everyone. */
  readonly id: string | null
  readonly name: string
  readonly bot: boolean
  /** Whether the mention is of this bot. In guilds the bot has its own id from READY or `GET /users/@me`. */
  readonly me: boolean
}

/**
 * The kind of an attachment, by its content type, or without one by its name
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-2 §4.2}).
 */
export type AttachmentKind = 'image' | 'video' | 'voice' | 'file'

/** A file that came with a message. */
export interface Attachment {
  readonly kind: AttachmentKind
  /**
   * Always with a scheme, also if the platform omitted it
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
  /** The platform's transcript of a voice message. */
  readonly transcript: string | null
}

/** A quoted message. */
export interface Quote {
  /** Reference index or message id; `null` if unknown. */
  readonly id: string | null
  /** Its text, if the platform sends it (C2C and groups), otherwise `null`. */
  readonly text: string | null
  readonly attachments: readonly Attachment[]
}

/** The fields of every message, in any scene. */
export interface MessageBase {
  /** Opaque; percent-encode it in paths. */
  readonly id: string
  /** The text, without mentions and surrounding blanks, HTML escapes of guilds decoded, faces as `[name]`. */
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
  /** The place that replies go to. */
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
  /** The direct message session, which replies are sent to. */
  readonly sessionId: string
  /** The guild the user came from; `null` when not told. */
  readonly sourceGuildId: string | null
}

/** One model over four scenes; `scene` tells them apart. */
export type Message = C2cMessage | GroupMessage | ChannelMessage | DmMessage

/** The message type of one scene. */
export type MessageOf<S extends Scene> = Extract<Message, { readonly scene: S }>

/** The key of the events of a message that has no index, as in guilds. */
export const keyOfMessage = (scene: Scene, id: string): string => `${scene}:${id}`

/** Reads the place of an event; `null` if the payload does not tell it. */
type Reader = (payload: Fields) => Target | null

/** The two names of one id: the 2026 docs dropped `group_id`, older readers need it (§4.3). */
export const groupIdOf = (payload: Fields): string => text(payload.group_openid) || text(payload.group_id)

const c2c: Reader = (payload) => {
  const id = text(payload.openid) || text(payload.user_openid)
  return id === '' ? null : { scene: 'c2c', id }
}
const group: Reader = (payload) => {
  const id = groupIdOf(payload)
  return id === '' ? null : { scene: 'group', id }
}
const channel: Reader = (payload) => {
  const id = text(payload.channel_id)
  return id === '' ? null : { scene: 'channel', id }
}
const session: Reader = (payload) => {
  const id = text(payload.guild_id)
  return id === '' ? null : { scene: 'dm', id }
}
const inMessage =
  (read: Reader): Reader =>
  ({ message }) =>
    read(fields(message))
const anyPlace: Reader = (payload) => group(payload) ?? channel(payload) ?? c2c(payload)

/** By the beginning of a name. A group event has ids of people too, to whom no part of it may be routed (§4.3). */
const READERS: readonly (readonly [string, Reader])[] = [
  ['GROUP_', group],
  ['C2C_', c2c],
  ['FRIEND_', c2c],
  ['ENTER_AIO', c2c],
  ['GUILD_', channel],
  ['CHANNEL_', channel],
  ['MESSAGE_REACTION_', channel],
  ['FORUM_', channel],
  ['OPEN_FORUM_', channel],
  ['AUDIO_', channel],
  ['MESSAGE_DELETE', inMessage(channel)],
  ['PUBLIC_MESSAGE_DELETE', inMessage(channel)],
  ['DIRECT_MESSAGE_DELETE', inMessage(session)],
]

/** The place of an event that is no message, if its payload tells it (§4.4 – §4.11). */
export const placeOf = (name: string, payload: Fields): Target | null => {
  const [, read] = READERS.find(([beginning]) => name.startsWith(beginning)) ?? [null, anyPlace]
  return read(payload)
}

/** Whether an event cannot be used without its place: a group event without a group (§4.3). */
export const needsPlace = (name: string): boolean => name.startsWith('GROUP_')

/** Whether a click says that it was made in a group: all sources agree on these values (§4.5). */
const saysGroup = ({ scene, chat_type: chatType, group_member_openid: member }: Fields): boolean =>
  scene === 'group' || chatType === 1 || text(member) !== ''

/** The place of a click, by its ids; `scene` and `chat_type`, some of whose values are disputed (§4.5), only rule out people. */
export const placeOfClick = (payload: Fields): Target | null => {
  const known = group(payload)
  if (known) return known
  // A click in an unnamed group, or in a guild: the person is not the place.
  if (saysGroup(payload)) return null
  const place = payload.scene === 'guild' ? channel(payload) : (c2c(payload) ?? channel(payload))
  // A click in a direct message is not documented. No channel has the id of its guild, so this is a session (§4.6).
  return place?.scene === 'channel' && place.id === payload.guild_id ? { scene: 'dm', id: place.id } : place
}
