import type { EmojiType } from '../events/reaction.js'
import type { GuildMessagePayload } from '../objects/guild-message.js'
import type { GuildUser } from '../objects/guild-user.js'
import type { Keyboard } from '../objects/keyboard.js'
import type { Ark, Embed, Markdown, MessageReference } from '../objects/message-content.js'
import type { EmptyAnswer } from './empty-answer.js'

/**
 * `POST /channels/{channel_id}/messages` and `POST /dms/{guild_id}/messages`; at least one content field
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}). As
 * `multipart/form-data` it may carry `file_image`, and objects are JSON strings.
 */
export interface GuildMessageRequest {
  /** HTML-escaped text. */
  readonly content?: string
  readonly embed?: Embed
  readonly ark?: Ark
  readonly message_reference?: MessageReference
  /** Url of an image. */
  readonly image?: string
  readonly markdown?: Markdown
  readonly keyboard?: Keyboard
  /** Id of a received message; exclusive with `event_id`. */
  readonly msg_id?: string
  /** Outer id of an event's frame. */
  readonly event_id?: string
}

/**
 * `PATCH /channels/{channel_id}/messages/{message_id}`: own messages with a keyboard only
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
 */
export interface EditMessageRequest {
  readonly markdown?: Markdown
  readonly keyboard?: Keyboard
  readonly msg_id?: string
}

/**
 * `GET /channels/{channel_id}/messages`; one old official SDK only, at most 20
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
 */
export interface ChannelMessagesQuery {
  readonly around?: string
  readonly before?: string
  readonly after?: string
  readonly limit?: number
}

/**
 * `POST /users/@me/dms`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
 */
export interface CreateDmRequest {
  readonly recipient_id: string
  readonly source_guild_id: string
}

/**
 * A DM session; its `guild_id` is the one to send to
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
 */
export interface DmSession {
  readonly guild_id: string
  readonly channel_id: string
  /** Unix seconds as text. */
  readonly create_time: string
}

/**
 * `GET /guilds/{guild_id}/message/setting`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}). CONFLICT: the docs
 * table types the flags as text.
 */
export interface MessageSetting {
  readonly disable_create_dm: boolean | string
  readonly disable_push_msg: boolean | string
  readonly channel_ids: readonly string[]
  readonly channel_push_max_num: number
}

/**
 * One message; one client also accepts it without the envelope
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
 */
export type GuildMessageAnswer = { readonly message: GuildMessagePayload } | GuildMessagePayload

/**
 * `hidetip`: no trace of the recall is shown
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-6 §5.6}).
 */
export interface RecallQuery {
  readonly hidetip?: boolean
}

/**
 * `GET …/reactions/{type}/{id}`: 20 a page, at most 50; the limit goes with the first page only, the cookie with the
 * others ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
 */
export interface ReactionUsersQuery {
  readonly cookie?: string
  readonly limit?: number
}

/** Who reacted ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}). */
export interface ReactionUsers {
  readonly users: readonly GuildUser[]
  readonly cookie: string
  readonly is_end: boolean
}

/**
 * The last part of the path of a reaction
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}). CONFLICT: a unicode
 * emoji is its decimal code point, or itself.
 */
export interface ReactionPath {
  readonly type: EmojiType
  readonly id: string
}

/**
 * Guild messages, DMs and reactions
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-6 §5.6},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
 */
export interface GuildMessageEndpoints {
  'POST /channels/{channel_id}/messages': { body: GuildMessageRequest; response: GuildMessagePayload }
  'GET /channels/{channel_id}/messages/{message_id}': { response: GuildMessageAnswer }
  'GET /channels/{channel_id}/messages': {
    query: ChannelMessagesQuery
    response: readonly GuildMessagePayload[]
  }
  'PATCH /channels/{channel_id}/messages/{message_id}': {
    body: EditMessageRequest
    response: GuildMessagePayload
  }
  'DELETE /channels/{channel_id}/messages/{message_id}': { query: RecallQuery; response: EmptyAnswer }
  'POST /users/@me/dms': { body: CreateDmRequest; response: DmSession }
  'POST /dms/{guild_id}/messages': { body: GuildMessageRequest; response: GuildMessagePayload }
  'DELETE /dms/{guild_id}/messages/{message_id}': { query: RecallQuery; response: EmptyAnswer }
  'POST /channels/{channel_id}/settingguide': {
    body: { readonly content?: string }
    response: GuildMessagePayload
  }
  'POST /dms/{guild_id}/settingguide': {
    body: { readonly setting_guide: { readonly guild_id: string } }
    response: GuildMessagePayload
  }
  'GET /guilds/{guild_id}/message/setting': { response: MessageSetting }
  'PUT /channels/{channel_id}/messages/{message_id}/reactions/{type}/{id}': { response: EmptyAnswer }
  'DELETE /channels/{channel_id}/messages/{message_id}/reactions/{type}/{id}': { response: EmptyAnswer }
  'GET /channels/{channel_id}/messages/{message_id}/reactions/{type}/{id}': {
    query: ReactionUsersQuery
    response: ReactionUsers
  }
}
