import type { ForumText } from '../objects/rich-text.js'

/**
 * The fields of every forum event. Ids are numbers in some docs examples
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/08-surprises.md#8 §8}).
 */
export interface ForumEventBase {
  readonly guild_id: string | number
  readonly channel_id: string | number
  readonly author_id: string | number
}

/**
 * A thread ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-10 §4.10}). Ids look like
 * `B_<hex>X60-<unix seconds>`.
 */
export interface ThreadInfo {
  readonly thread_id: string
  readonly title: ForumText
  readonly content: ForumText
  /** RFC 3339. */
  readonly date_time: string
}

/**
 * `FORUM_THREAD_CREATE`, `FORUM_THREAD_UPDATE`, `FORUM_THREAD_DELETE`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-10 §4.10}).
 */
export interface ForumThreadChange extends ForumEventBase {
  readonly thread_info: ThreadInfo
}

/**
 * `FORUM_POST_CREATE`, `FORUM_POST_DELETE`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-10 §4.10}).
 */
export interface ForumPostChange extends ForumEventBase {
  readonly post_info: {
    readonly thread_id: string
    readonly post_id: string
    readonly content: ForumText
    readonly date_time: string
  }
}

/**
 * `FORUM_REPLY_CREATE`, `FORUM_REPLY_DELETE`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-10 §4.10}).
 */
export interface ForumReplyChange extends ForumEventBase {
  readonly reply_info: {
    readonly thread_id: string
    readonly post_id: string
    readonly reply_id: string
    readonly content: ForumText
    readonly date_time: string
  }
}

/**
 * `FORUM_PUBLISH_AUDIT_RESULT`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-10 §4.10}).
 */
export interface ForumAuditResult extends ForumEventBase {
  readonly thread_id?: string
  readonly post_id?: string
  readonly reply_id?: string
  /** 1 thread, 2 post, 3 reply. */
  readonly type: 1 | 2 | 3
  /** 0 passed, 1 failed. */
  readonly result: 0 | 1
  readonly err_msg?: string
  /** One official SDK only. */
  readonly task_id?: string
  /** One official SDK only. */
  readonly date_time?: string
}

/**
 * `OPEN_FORUM_*`: only who and where
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-10 §4.10}).
 */
export type OpenForumChange = ForumEventBase
