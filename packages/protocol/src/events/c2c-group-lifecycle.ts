/**
 * `GROUP_ADD_ROBOT`, `GROUP_DEL_ROBOT`, `GROUP_MSG_RECEIVE`, `GROUP_MSG_REJECT`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-4 §4.4}).
 */
export interface GroupRobotChange {
  /** Unix seconds; one client types it as text for ADD and DEL. */
  readonly timestamp: number | string
  readonly group_openid: string
  readonly op_member_openid: string
}

/**
 * `GROUP_MEMBER_ADD`, `GROUP_MEMBER_REMOVE`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-4 §4.4}).
 */
export interface GroupMemberChange {
  /** Unix seconds. */
  readonly timestamp: number
  readonly group_openid: string
  readonly member_openid: string
  /** May be empty. */
  readonly user_openid?: string
}

/**
 * How a user found the bot: the `scene` of `FRIEND_ADD`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-4 §4.4}).
 */
export const FriendScene = {
  Default: 1000,
  SearchAll: 1001,
  SearchBots: 1002,
  Group: 1003,
  Space: 1004,
  ProfileSharedInside: 2001,
  ProfileSharedOutside: 2002,
  DeveloperLinkInside: 2003,
  DeveloperLinkOutside: 2004,
} as const

/**
 * A way of adding the bot ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-4 §4.4}).
 * Others may appear.
 */
export type FriendScene = (typeof FriendScene)[keyof typeof FriendScene]

/**
 * `FRIEND_ADD`: a user added the bot
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-4 §4.4}).
 */
export interface FriendAdd {
  readonly openid: string
  /** Unix seconds. */
  readonly timestamp: number
  readonly scene?: FriendScene | (number & {})
  /**
   * The `callback_data` of the share link
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
   */
  readonly scene_param?: string
  readonly short_code?: string
  readonly author?: { readonly union_openid?: string }
  /** One official SDK only. */
  readonly nick?: string
  /** One official SDK only. */
  readonly avatar?: string
}

/**
 * `FRIEND_DEL`: a user removed the bot
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-4 §4.4}).
 */
export interface FriendDel {
  readonly openid: string
  /** Unix seconds. */
  readonly timestamp: number
  readonly author?: { readonly union_openid?: string }
}

/**
 * `C2C_MSG_RECEIVE`, `C2C_MSG_REJECT`: the user switched proactive messages on or off
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-4 §4.4}).
 */
export interface C2CPushChange {
  readonly openid: string
  /** Unix seconds. */
  readonly timestamp: number
}

/**
 * `ENTER_AIO`: the user opened the chat window; known from one official SDK
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-4 §4.4}).
 */
export interface EnterAio {
  readonly user_openid: string
  readonly from_source?: unknown
}

/**
 * One change of a subscription ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-4 §4.4}).
 */
export interface SubscribeResult {
  readonly template_id: number
  readonly custom_template_id?: string
  /** 1 allow, 2 reject. */
  readonly op: 1 | 2
  readonly subscribe_id?: string
  readonly subscribe_ts?: number | string
  readonly update_ts?: number | string
}

/**
 * `SUBSCRIBE_MESSAGE_STATUS`: the permission for a subscription template changed
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-4 §4.4}).
 */
export interface SubscribeMessageStatus {
  readonly openid?: string
  readonly group_openid?: string
  readonly result: readonly SubscribeResult[]
}
