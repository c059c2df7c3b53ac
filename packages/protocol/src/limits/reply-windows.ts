/** Where a conversation takes place. */
export type Scene = 'c2c' | 'group' | 'channel' | 'dm'

/**
 * How long and how many times a message can be replied to
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-1 §6.1}).
 */
export interface ReplyWindow {
  /** Milliseconds since the platform received the message; its `timestamp` is the best proxy. */
  readonly windowMs: number
  /** Replies per message; `null`: no limit, or none is documented. */
  readonly replies: number | null
}

/**
 * The reply windows by scene: advice, not a reason to refuse a reply. Source:
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-1 §6.1}. CONFLICT: the `msg_id`
 * row of the C2C page says 5 minutes, its text 60; clients use other numbers.
 */
export const replyWindows: Readonly<Record<Scene, ReplyWindow>> = {
  // 5 replies until 2026-01-10.
  c2c: { windowMs: 3_600_000, replies: 4 },
  group: { windowMs: 300_000, replies: 5 },
  channel: { windowMs: 300_000, replies: null },
  dm: { windowMs: 300_000, replies: null },
}

/**
 * The events whose frame id can be used as `event_id`, by scene. Their windows are not documented; assume those of messages.
 * Source: {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-3 §6.3}.
 */
export const replyableEvents = {
  c2c: ['INTERACTION_CREATE', 'C2C_MSG_RECEIVE', 'FRIEND_ADD'],
  // GROUP_MEMBER_ADD: known from one client only.
  group: ['INTERACTION_CREATE', 'GROUP_ADD_ROBOT', 'GROUP_MSG_RECEIVE', 'GROUP_MEMBER_ADD'],
  channel: [
    'INTERACTION_CREATE',
    'GUILD_MEMBER_ADD',
    'GUILD_MEMBER_UPDATE',
    'GUILD_MEMBER_REMOVE',
    'MESSAGE_REACTION_ADD',
    'MESSAGE_REACTION_REMOVE',
    'FORUM_THREAD_CREATE',
    'FORUM_THREAD_UPDATE',
    'FORUM_THREAD_DELETE',
    'FORUM_POST_CREATE',
    'FORUM_POST_DELETE',
    'FORUM_REPLY_CREATE',
    'FORUM_REPLY_DELETE',
  ],
  dm: ['INTERACTION_CREATE'],
} as const

/**
 * The milliseconds after a click in which an interaction must be acknowledged
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-7 §5.7}).
 */
export const interactionWindowMs = 3000

/**
 * The milliseconds in which a C2C or group message can be recalled
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-6 §5.6}).
 */
export const recallWindowMs = 120_000

/**
 * The shortest HTTP timeout in milliseconds that the docs require for sends and uploads
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-4 §2.4}).
 */
export const minSendTimeoutMs = 5000
