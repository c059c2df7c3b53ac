import type { ThreadInfo } from '../events/forum.js'
import type { EmptyAnswer } from './empty-answer.js'

/**
 * How the content of a new thread is written
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export const ThreadFormat = { Text: 1, Html: 2, Markdown: 3, Json: 4 } as const
/** How the content of a new thread is written. */
export type ThreadFormat = (typeof ThreadFormat)[keyof typeof ThreadFormat]

/**
 * A thread as REST returns it: title plain, content the JSON text of rich text
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-10 §4.10},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface Thread {
  readonly guild_id: string
  readonly channel_id: string
  readonly author_id: string
  readonly thread_info: ThreadInfo
}

/**
 * `PUT /channels/{channel_id}/threads`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface CreateThreadRequest {
  readonly title: string
  readonly content: string
  readonly format: ThreadFormat
}

/**
 * `POST /channels/{channel_id}/threads/{thread_id}/comment`; known from one client's notes only
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface ThreadCommentRequest {
  readonly thread_author: string
  readonly content: string
  readonly thread_create_time?: string
  readonly image?: string
}

/**
 * Forum threads; private-domain bots only
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface ThreadEndpoints {
  'GET /channels/{channel_id}/threads': {
    response: { readonly threads: readonly Thread[]; readonly is_finish: 0 | 1 }
  }
  'GET /channels/{channel_id}/threads/{thread_id}': { response: { readonly thread: Thread } }
  'PUT /channels/{channel_id}/threads': {
    body: CreateThreadRequest
    /** Unix seconds as text. */
    response: { readonly task_id: string; readonly create_time: string }
  }
  'DELETE /channels/{channel_id}/threads/{thread_id}': { response: EmptyAnswer }
  'POST /channels/{channel_id}/threads/{thread_id}/comment': { body: ThreadCommentRequest; response: unknown }
}
