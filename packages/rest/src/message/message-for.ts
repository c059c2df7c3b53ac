import type { Scene } from '@qqkit/protocol'

import type { MediaReferenceOf } from '../media/attach/scene-mark.js'
import type { OutgoingFile } from '../media/attach/outgoing-file.js'
import type { MediaScene } from '../media/kinds.js'
import type { OutgoingMessage } from './outgoing-message.js'

/**
 * Fields that only private chats take, only guild scenes, and only the others
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
 */
type C2COnly = 'is_wakeup' | 'input_notify' | 'stream' | 'prompt_keyboard' | 'action_button'
type GuildOnly = 'embed' | 'image'
type Media = 'media'

type Without<K extends keyof OutgoingMessage> = Omit<OutgoingMessage, K | Media | 'file'> & {
  readonly [P in K]?: never
}

type UserMessage<S extends MediaScene, K extends keyof OutgoingMessage> = Without<K> & {
  readonly media?: MediaReferenceOf<S>
  readonly file?: OutgoingFile
}

type GuildMessage = Without<C2COnly> & { readonly media?: never; readonly file?: OutgoingFile<'image'> }

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
      : OutgoingMessage
