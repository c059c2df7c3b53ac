import type { GuildMember } from '../objects/guild-user.js'
import type { EmptyAnswer } from './empty-answer.js'

/**
 * `GET /guilds/{guild_id}/members`: by the last user id until empty; repeats are possible
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface GuildMembersQuery {
  /** Default `0`. */
  readonly after?: string
  /** 1 to 400, default 1. */
  readonly limit?: number
}

/**
 * `GET /guilds/{guild_id}/roles/{role_id}/members`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface RoleMembersQuery {
  /** Default `0`. */
  readonly start_index?: string
  /** 1 to 400. */
  readonly limit?: number
}

/**
 * A page of the members of a role
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface RoleMemberPage {
  readonly data: readonly GuildMember[]
  readonly next: string
}

/**
 * `DELETE /guilds/{guild_id}/members/{user_id}`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface RemoveGuildMemberRequest {
  readonly add_blacklist?: boolean
  /** -1: all of it; 0: none. */
  readonly delete_history_msg_days?: 3 | 7 | 15 | 30 | -1 | 0
}

/**
 * `PATCH /guilds/{guild_id}/mute` and of one member: text, `"0"` lifts, the end wins
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface MuteRequest {
  /** Unix seconds as text. */
  readonly mute_end_timestamp?: string
  readonly mute_seconds?: string
}

/**
 * `PATCH /guilds/{guild_id}/mute` for some members
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface MuteMembersRequest extends MuteRequest {
  readonly user_ids: readonly string[]
}

/**
 * Those whom muting succeeded for
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface MuteMembersAnswer {
  readonly user_ids: readonly string[]
}

/**
 * Guild members and muting
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface GuildMemberEndpoints {
  'GET /guilds/{guild_id}/members': { query: GuildMembersQuery; response: readonly GuildMember[] }
  'GET /guilds/{guild_id}/roles/{role_id}/members': { query: RoleMembersQuery; response: RoleMemberPage }
  'GET /guilds/{guild_id}/members/{user_id}': { response: GuildMember }
  'DELETE /guilds/{guild_id}/members/{user_id}': { body: RemoveGuildMemberRequest; response: EmptyAnswer }
  /** With `user_ids` it answers {@link MuteMembersAnswer}, without it nothing. */
  'PATCH /guilds/{guild_id}/mute': {
    body: MuteRequest | MuteMembersRequest
    response: EmptyAnswer | MuteMembersAnswer
  }
  'PATCH /guilds/{guild_id}/members/{user_id}/mute': { body: MuteRequest; response: EmptyAnswer }
}
