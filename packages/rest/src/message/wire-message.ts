import type { C2CMessageRequest, GuildMessageRequest, MessageType, Scene } from '@qqkit/protocol'

import type { MediaReferenceOf, MediaScene, MessageFile } from '../media/media.js'

/**
 * A message with the fields of the wire protocol
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}), for all four scenes.
 * `msg_type` is derived from the content, and `msg_seq` is assigned; give `msg_id` or `event_id` as the anchor of the
 * send. `image` and `embed` exist in guild scenes only, `media` in C2C and group only. Builders make parts of it; plain
 * objects work as well.
 */
export interface WireMessage extends C2CMessageRequest, Pick<GuildMessageRequest, 'embed' | 'image'> {
  /** Not part of the wire protocol: becomes `media`, `image` or a form with `file_image`, depending on the scene. */
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
 * A message with the fields that its scene takes: no embed in a private chat, no file in a group that was uploaded to a
 * user. If the compiler does not know the scene, every field is allowed and checked at run time.
 */
export type MessageFor<S extends Scene> = [S] extends ['c2c']
  ? UserMessage<'c2c', GuildOnly>
  : [S] extends ['group']
    ? UserMessage<'group', GuildOnly | C2COnly>
    : [S] extends ['channel' | 'dm']
      ? GuildMessage
      : WireMessage

/** The `msg_type` of each field, in order of precedence (§5.2). */
const TYPES: readonly { readonly field: keyof WireMessage; readonly type: MessageType }[] = [
  { field: 'input_notify', type: 6 },
  { field: 'media', type: 7 },
  { field: 'file', type: 7 },
  { field: 'markdown', type: 2 },
  { field: 'ark', type: 3 },
  { field: 'embed', type: 4 },
]

/** The `msg_type` that the content of a message needs; 0 for text. */
export const neededType = (message: WireMessage): MessageType => {
  for (const { field, type } of TYPES) if (message[field] !== undefined) return type
  return 0
}

/** The `msg_type` of a message: the one it names, or the one that its content needs. */
export const messageType = (message: WireMessage): MessageType => message.msg_type ?? neededType(message)
