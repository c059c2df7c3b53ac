import type {
  ArkData,
  MessageAttachment,
  MessageElement,
  MessageKind,
  MessageScene,
} from '../objects/message-parts.js'
import type { C2CAuthor, GroupAuthor, GroupMention } from '../objects/openid-user.js'

/**
 * The fields that C2C and group messages share
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-3 §4.3}).
 */
export interface OpenidMessage {
  /** Opaque, e.g. `ROBOT1.0_…!`; percent-encode it in paths. */
  readonly id: string
  /** May be absent when only media was sent. */
  readonly content?: string
  /** RFC 3339 with `+08:00`. */
  readonly timestamp: string
  readonly message_type?: MessageKind | (number & {})
  readonly message_scene?: MessageScene
  readonly attachments?: readonly MessageAttachment[]
  /** With `message_type` 3. */
  readonly ark_data?: ArkData
  /** With `message_type` 103: element 0 is the quoted message. */
  readonly msg_elements?: readonly MessageElement[]
  /**
   * Not in the documented body; one official SDK reads it
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-1 §4.1}).
   */
  readonly msg_seq?: number
}

/**
 * `C2C_MESSAGE_CREATE`: a user wrote to the bot
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-3 §4.3}).
 */
export interface C2CMessagePayload extends OpenidMessage {
  readonly author: C2CAuthor
}

/**
 * `GROUP_AT_MESSAGE_CREATE` and `GROUP_MESSAGE_CREATE`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-3 §4.3}). In the former the `@bot` is
 * removed, blanks around remain.
 */
export interface GroupMessagePayload extends OpenidMessage {
  readonly author: GroupAuthor
  readonly group_openid: string
  /** Equals `group_openid`; absent from the 2026 docs. */
  readonly group_id?: string
  readonly mentions?: readonly GroupMention[]
}
