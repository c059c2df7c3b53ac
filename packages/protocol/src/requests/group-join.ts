import type { JoinRequest } from '../objects/join-request.js'
import type { EmptyAnswer } from './empty-answer.js'
import type { CursorAnswer, CursorQuery } from './pages.js'

/**
 * Applications to join; 20 a page, at most 50
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface JoinRequestPage extends CursorAnswer {
  readonly list: readonly JoinRequest[]
}

/**
 * `POST /v2/groups/{group_openid}/approval_join_request/{member_openid}`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface JoinApprovalRequest {
  readonly op: 'approve' | 'decline'
  readonly join_request_id: string
  readonly reject_reason?: string
  /** With `decline` only. */
  readonly add_to_member_blacklist?: boolean
}

/**
 * Ids of groups; they can come back masked, and as text though documented as numbers
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export type GroupNumber = string | number

/**
 * `POST /v2/groups/join_approval_strategy`: `group_openids` or `group_ids`, at most 100
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface CreateJoinStrategyRequest {
  readonly group_openids?: readonly string[]
  readonly group_ids?: readonly GroupNumber[]
  /** Default `on`. */
  readonly is_enable?: 'on' | 'off'
  /** Default one year. */
  readonly expire_at?: string
  /** At most 255 characters. */
  readonly remark?: string
}

/**
 * A strategy that accepts listed users automatically
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface JoinStrategy {
  readonly strategy_id: string
  readonly group_openids?: readonly string[]
  readonly group_ids?: readonly GroupNumber[]
  readonly whitelist_user_count: number
  readonly is_enable: 'on' | 'off'
  readonly expire_at: string
  readonly created_at: string
  readonly updated_at: string
  readonly remark: string
}

/**
 * The strategies of the bot; 20 a page, at most 50
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface JoinStrategyPage extends CursorAnswer {
  readonly strategies: readonly JoinStrategy[]
}

/**
 * `PATCH /v2/groups/join_approval_strategy/{strategy_id}`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface UpdateJoinStrategyRequest {
  readonly is_enable?: 'on' | 'off'
  readonly expire_at?: string
  readonly remark?: string
  readonly group_action?: {
    readonly op: 'add' | 'del'
    readonly group_openids?: readonly string[]
    readonly group_ids?: readonly GroupNumber[]
  }
}

/**
 * `POST …/{strategy_id}/whitelist_users`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface JoinWhitelistRequest {
  readonly op: 'add' | 'del'
  /** At most 10 000 a call, and 100 000 on the list in all. */
  readonly whitelist_users: readonly string[]
}

/**
 * Who may join a group ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface GroupJoinEndpoints {
  'GET /v2/groups/{group_openid}/join_request_list': { query: CursorQuery; response: JoinRequestPage }
  'POST /v2/groups/{group_openid}/approval_join_request/{member_openid}': {
    body: JoinApprovalRequest
    response: EmptyAnswer
  }
  'POST /v2/groups/join_approval_strategy': {
    body: CreateJoinStrategyRequest
    response: Pick<JoinStrategy, 'strategy_id' | 'is_enable' | 'expire_at'>
  }
  'GET /v2/groups/join_approval_strategy': { query: CursorQuery; response: JoinStrategyPage }
  'PATCH /v2/groups/join_approval_strategy/{strategy_id}': {
    body: UpdateJoinStrategyRequest
    response: Pick<JoinStrategy, 'is_enable' | 'expire_at'>
  }
  'DELETE /v2/groups/join_approval_strategy/{strategy_id}': { response: EmptyAnswer }
  /** Asynchronous, about 10 minutes. */
  'POST /v2/groups/join_approval_strategy/{strategy_id}/execute': { response: EmptyAnswer }
  'POST /v2/groups/join_approval_strategy/{strategy_id}/whitelist_users': {
    body: JoinWhitelistRequest
    response: Pick<JoinStrategy, 'strategy_id' | 'whitelist_user_count' | 'updated_at'>
  }
}
