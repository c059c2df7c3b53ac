import type { C2CMessageRequest, GuildMessageRequest, MessageType, Scene } from '@qqkit/protocol'

import type { MediaReferenceOf, MediaScene, MessageFile } from '../media/media.js'

/**
 * A message in the shape of the wire
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}), for all four scenes.
 * `msg_type` follows from the content; `msg_id` and `event_id` are better given as the anchor of the send; `msg_seq`
 * counts by itself. `image` and `embed` exist in guild scenes only, `media` in C2C and group only. Builders make parts
 * of it; plain objects are as good.
 */
export interface WireMessage extends C2CMessageRequest, Pick<GuildMessageRequest, 'embed' | 'image'> {
  /** Not of the wire: becomes `media`, `image` or a form with `file_image`, as the scene wants it. */
  readonly file?: MessageFile
}

/**
 * Fields that only private chats take, only guild scenes, and only the others
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
 */
type C2COnly = 'is_wakeup' | 'input_notify' | 'stream' | 'prompt_keyboard' | 'action_button'
type GuildOnly = 'embed' | 'image'
type Media = 'media'

type Without<K extends keyof WireMessage> = Omit<WireMessage, K | Media | 'file'> & {
  readonly [P in K]?: never
}

type UserMessage<S extends MediaScene, K extends keyof WireMessage> = Without<K> & {
  readonly media?: MediaReferenceOf<S>
  readonly file?: MessageFile
}

type GuildMessage = Without<C2COnly> & { readonly media?: never; readonly file?: MessageFile<'image'> }

/**
 * A message as far as its scene takes it: no embed in a private chat, no stream in a group, no file that was uploaded to a
 * user in a group. Where the scene is not known to the compiler, every field is let through and checked when it is sent.
 */
export type MessageFor<S extends Scene> = [S] extends ['c2c']
  ? UserMessage<'c2c', GuildOnly>
  : [S] extends ['group']
    ? UserMessage<'group', GuildOnly | C2COnly>
    : [S] extends ['channel' | 'dm']
      ? GuildMessage
      : WireMessage

/** Which `msg_type` a field stands for, in the order in which they decide (§5.2). */
const TYPES = [
  ['input_notify', 6],
  ['media', 7],
  ['file', 7],
  ['markdown', 2],
  ['ark', 3],
  ['embed', 4],
] as const satisfies readonly (readonly [keyof WireMessage, MessageType])[]

/** The `msg_type` that the content of a message needs; 0 for text. */
export const neededType = (message: WireMessage): MessageType => {
  for (const [field, type] of TYPES) if (message[field] !== undefined) return type
  return 0
}

/** The `msg_type` of a message: the one it names, or the one that its content needs. */
export const messageType = (message: WireMessage): MessageType => message.msg_type ?? neededType(message)
