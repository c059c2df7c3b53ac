import type { GuildMember, GuildUser } from './guild-user.js'
import type { Ark, Embed, MessageReference } from './message-content.js'

/**
 * A file of a guild message; the docs list only `url`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-6 §4.6}).
 */
export interface GuildAttachment {
  /**
   * May lack a scheme, e.g. `gchat.qpic.cn/…`
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/08-surprises.md#8 §8}).
   */
  readonly url: string
  readonly id?: string
  readonly content_type?: string
  readonly filename?: string
  readonly width?: number
  readonly height?: number
  /** Bytes. */
  readonly size?: number
}

/**
 * A message in a channel or guild DM
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-6 §4.6}). The content is HTML-escaped:
 * `&amp;`, `&lt;`, `&gt;`.
 */
export interface GuildMessagePayload {
  /** Lower-case hex, opaque. */
  readonly id: string
  readonly guild_id: string
  readonly channel_id: string
  readonly content?: string
  /** RFC 3339. */
  readonly timestamp: string
  readonly edited_timestamp?: string
  readonly author: GuildUser
  readonly member?: GuildMember
  readonly mentions?: readonly GuildUser[]
  readonly mention_everyone?: boolean
  readonly attachments?: readonly GuildAttachment[]
  readonly embeds?: readonly Embed[]
  readonly ark?: Ark
  readonly message_reference?: MessageReference
  /** Was due to disappear in 2022; use `seq_in_channel`. */
  readonly seq?: number
  /**
   * A number as text; sort by it where order matters
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-1 §4.1}).
   */
  readonly seq_in_channel?: string
}

/**
 * A message in a guild DM; its `guild_id` is the DM session to answer in
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-6 §4.6}).
 */
export interface DirectMessagePayload extends GuildMessagePayload {
  readonly direct_message?: boolean
  /** The real guild. */
  readonly src_guild_id?: string
}
