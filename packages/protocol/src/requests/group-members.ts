import type { GroupRole } from '../objects/openid-user.js'
import type { CursorAnswer, CursorQuery } from './pages.js'

/**
 * `GET /v2/groups/{group_openid}/info`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface GroupInfo {
  readonly group_openid: string
  readonly group_name: string
  readonly group_finger_memo: string
  readonly group_class_text: string
  readonly group_tags: readonly string[]
  readonly group_member_num: number
}

/**
 * `GET /v2/groups/{group_openid}/bot_state`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface GroupBotState {
  readonly member_openid: string
  readonly joined_at: string
  readonly allow_proactive_msg: boolean
  readonly recv_msg_setting: 'all' | 'only_mention' | 'mention_and_context'
  readonly member_role: GroupRole
}

/**
 * One member of a group ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface GroupMember {
  readonly member_openid: string
  readonly username: string
  readonly member_role: GroupRole
  readonly bot: boolean
  readonly joined_at: string
  readonly union_openid?: string
}

/**
 * The members of a group, at most 30 a page
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface GroupMemberPage extends CursorAnswer {
  readonly members: readonly GroupMember[]
}

/**
 * The older member list; known from one client only
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface OldGroupMembersRequest {
  /** 1 to 500. */
  readonly limit: number
  readonly start_index: number
}

/**
 * A member in the older list
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface OldGroupMember {
  readonly member_openid: string
  readonly join_timestamp: number | string
}

/**
 * The answer of the older member list
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface OldGroupMembersAnswer {
  readonly members: readonly OldGroupMember[]
  readonly next_index: number
}

/**
 * `POST /v2/groups/{group_openid}/batch_remove_members`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface RemoveGroupMembersRequest {
  /** At most 20. */
  readonly member_openids: readonly string[]
  readonly add_to_member_blacklist?: boolean
}

/**
 * The answer to the removal of members
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface RemoveGroupMembersAnswer {
  readonly remove_members_result: unknown
  readonly add_to_member_blacklist_fail_openids: readonly string[]
}

/**
 * One user on the blacklist
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface BlacklistedUser {
  readonly member_openid: string
  readonly username: string
  readonly banned_at: string
  readonly bot: boolean
  readonly union_openid?: string
}

/**
 * The blacklist of a group; 20 a page, at most 100
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface BlacklistPage extends CursorAnswer {
  readonly users: readonly BlacklistedUser[]
}

/**
 * `POST /v2/groups/{group_openid}/member_blacklist`; adding fails while the user is in the group
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface BlacklistRequest {
  readonly op: 'add' | 'del'
  /** At most 20. */
  readonly member_openids: readonly string[]
}

/**
 * The answer to a change of the blacklist
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface BlacklistAnswer {
  readonly fail_openids: readonly string[]
}

/** Who is in a group ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}). */
export interface GroupMemberEndpoints {
  'GET /v2/groups/{group_openid}/info': { response: GroupInfo }
  'GET /v2/groups/{group_openid}/bot_state': { response: GroupBotState }
  'GET /v2/groups/{group_openid}/members': { query: Pick<CursorQuery, 'cursor'>; response: GroupMemberPage }
  'POST /v2/groups/{group_openid}/members': { body: OldGroupMembersRequest; response: OldGroupMembersAnswer }
  'GET /v2/groups/{group_openid}/members/{member_openid}': { response: GroupMember }
  'POST /v2/groups/{group_openid}/batch_remove_members': {
    body: RemoveGroupMembersRequest
    response: RemoveGroupMembersAnswer
  }
  'GET /v2/groups/{group_openid}/member_blacklist': { query: CursorQuery; response: BlacklistPage }
  'POST /v2/groups/{group_openid}/member_blacklist': { body: BlacklistRequest; response: BlacklistAnswer }
}
