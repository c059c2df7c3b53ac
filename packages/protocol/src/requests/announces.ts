import type { EmptyAnswer } from './empty-answer.js'

/**
 * A recommended channel in an announcement
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface RecommendChannel {
  readonly channel_id: string
  readonly introduce: string
}

/**
 * `POST /guilds/{guild_id}/announces`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface AnnouncesRequest {
  readonly message_id?: string
  readonly channel_id?: string
  /** 0 member, 1 welcome. */
  readonly announces_type?: 0 | 1
  /** At most 3. */
  readonly recommend_channels?: readonly RecommendChannel[]
}

/** An announcement ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). */
export interface Announces extends AnnouncesRequest {
  readonly guild_id: string
}

/**
 * The pinned messages of a channel, at most 20
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface Pins {
  readonly guild_id: string
  readonly channel_id: string
  readonly message_ids: readonly string[]
}

/**
 * Announcements and pins
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). `{message_id}` of a
 * delete may be `all`.
 */
export interface AnnounceEndpoints {
  'POST /guilds/{guild_id}/announces': { body: AnnouncesRequest; response: Announces }
  'DELETE /guilds/{guild_id}/announces/{message_id}': { response: EmptyAnswer }
  /** Deprecated by the platform. */
  'POST /channels/{channel_id}/announces': { body: { readonly message_id: string }; response: Announces }
  /** Deprecated by the platform. */
  'DELETE /channels/{channel_id}/announces/{message_id}': { response: EmptyAnswer }
  'PUT /channels/{channel_id}/pins/{message_id}': { response: Pins }
  'GET /channels/{channel_id}/pins': { response: Pins }
  'DELETE /channels/{channel_id}/pins/{message_id}': { response: EmptyAnswer }
}
