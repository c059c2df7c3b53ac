import type { EmptyAnswer } from './empty-answer.js'

/**
 * A rule that mutes the whole group for a time
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface MuteScheduleRule {
  readonly task_id: string
  readonly start_at: string
  readonly end_at: string
  readonly enabled: boolean
}

/**
 * A rule that mutes the whole group again and again, by the clock of Beijing
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface MuteRecurringRule {
  readonly task_id: string
  /** 1 Monday to 7 Sunday. */
  readonly weekdays: readonly number[]
  /** `HH:mm`. */
  readonly start_time: string
  /** `HH:mm`; one before the start is on the next day. */
  readonly end_time: string
  readonly enabled: boolean
}

/**
 * Whether the whole group is muted: not, always, or by rules
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export type GroupMuteMode = 'none' | 'always' | 'schedule'

/**
 * `GET /v2/groups/{group_openid}/restrict_chat_setting`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface GroupMuteSetting {
  readonly global_rule: {
    readonly mode: GroupMuteMode
    readonly schedule_rules: readonly MuteScheduleRule[]
    readonly recurring_rules: readonly MuteRecurringRule[]
  }
  readonly members: readonly {
    readonly member_openid: string
    readonly username: string
    readonly mute_expire_at: string
    readonly union_openid?: string
  }[]
}

/**
 * `POST /v2/groups/{group_openid}/restrict_chat_setting`; ordinary members, at most 30 days
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export interface GroupMuteRequest {
  /** At most 20. */
  readonly members: readonly {
    readonly op: 'add' | 'update' | 'del'
    readonly member_openid: string
    /** RFC 3339. */
    readonly mute_expire_at?: string
  }[]
}

/** Muting in groups ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}). */
export interface GroupMuteEndpoints {
  'GET /v2/groups/{group_openid}/restrict_chat_setting': { response: GroupMuteSetting }
  'POST /v2/groups/{group_openid}/restrict_chat_setting': { body: GroupMuteRequest; response: EmptyAnswer }
}
