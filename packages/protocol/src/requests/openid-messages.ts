import type { Keyboard, KeyboardContent } from '../objects/keyboard.js'
import type { Ark, Markdown, MediaReference, MessageReference } from '../objects/message-content.js'
import type { EmptyAnswer } from './empty-answer.js'

/**
 * The content of a C2C or group message: the `msg_type`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2}).
 */
export const MessageType = {
  Text: 0,
  Markdown: 2,
  /**
   * CONFLICT {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2}: marked as
   * unsupported in C2C and group, yet its error codes are listed there.
   */
  Ark: 3,
  /** Guild scenes only. */
  Embed: 4,
  /** C2C: "is typing". */
  InputNotify: 6,
  Media: 7,
} as const
/** The content type of a C2C or group message. */
export type MessageType = (typeof MessageType)[keyof typeof MessageType]

/**
 * The anchor of a reply: the `msg_id` of a message or the `event_id` of an event, never both
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6 §6}). Without either it is
 * proactive.
 */
export interface ReplyAnchor {
  /** Id of a received message. */
  readonly msg_id?: string
  /** Outer id of an event's frame. */
  readonly event_id?: string
  /**
   * Default 1; with the anchor it is the platform's dedupe key
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-2 §6.2}).
   */
  readonly msg_seq?: number
}

/**
 * The fields that C2C and group sends share
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2}).
 */
export interface OpenidMessageRequest extends ReplyAnchor {
  /** Required according to older docs. */
  readonly msg_type?: MessageType
  /** Empty when `markdown` is set; `" "` with media in older docs. */
  readonly content?: string
  readonly markdown?: Markdown
  readonly keyboard?: Keyboard
  readonly ark?: Ark
  readonly media?: MediaReference
  readonly message_reference?: MessageReference
  /** One official SDK only. */
  readonly subscribe_id?: string
  /** One official SDK only. */
  readonly feature_id?: number
  /** One official SDK only. */
  readonly timestamp?: number
}

/**
 * "Is typing", with `msg_type` 6
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2}).
 */
export interface InputNotify {
  /** 1 typing; older, hidden docs: 2 cancel, 3 speaking, 4 generating, 5 thinking. */
  readonly input_type: 1 | 2 | 3 | 4 | 5
  /** At most 60 seconds. */
  readonly input_second: number
}

/**
 * The older streaming, in an ordinary send
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4 §5.4} B).
 */
export interface StreamField {
  /** 1 generating, 10 finished, 11 prompt generating, 20 prompt finished. */
  readonly state: 1 | 10 | 11 | 20
  /** `null` first, then the id of the first answer. */
  readonly id?: string | null
  /**
   * CONFLICT {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4 §5.4}: starts at 1
   * or at 0.
   */
  readonly index: number
  readonly reset?: boolean
}

/**
 * Buttons below an answer
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2}).
 */
export interface ActionButton {
  readonly template_id: number
  /** At most 128 characters. */
  readonly callback_data?: string
  readonly feedback?: boolean
  readonly tts?: boolean
  readonly re_generate?: boolean
  readonly stop_generate?: boolean
}

/**
 * `POST /v2/users/{user_openid}/messages`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2}).
 */
export interface C2CMessageRequest extends OpenidMessageRequest {
  /**
   * Proactive message after a silence; exclusive with `msg_id` and `event_id`
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}).
   */
  readonly is_wakeup?: boolean
  readonly input_notify?: InputNotify
  readonly stream?: StreamField
  readonly prompt_keyboard?: { readonly keyboard: { readonly content: KeyboardContent } }
  readonly action_button?: ActionButton
}

/**
 * `POST /v2/groups/{group_openid}/messages`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2}).
 */
export type GroupMessageRequest = OpenidMessageRequest

/**
 * The answer to a C2C or group send
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2}).
 */
export interface SentOpenidMessage {
  /** Serves for a recall, not as `msg_id`. */
  readonly id: string
  /**
   * CONFLICT {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2}: Unix seconds
   * or RFC 3339.
   */
  readonly timestamp: number | string
  /** `ref_idx` quotes this message. */
  readonly ext_info?: { readonly ref_idx?: string }
  readonly audit_id?: string
  readonly audit_tips?: string
}

/**
 * `POST /v2/users/{user_openid}/stream_messages`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4 §5.4} A).
 */
export interface StreamMessageRequest extends ReplyAnchor {
  /** `append` (default) adds; `replace` is the whole text so far and must begin with what was delivered. */
  readonly input_mode?: 'append' | 'replace'
  /** 1 generating, 10 finished. */
  readonly input_state: 1 | 10
  /**
   * 0, 1, 2 … A later one that does not grow is refused with 40006
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
   */
  readonly index: number
  readonly content_type?: 'text' | 'markdown'
  readonly content_raw: string
  /** Absent on the first call, then the id of the first answer. */
  readonly stream_msg_id?: string
  /** Skips the check of the anchor. */
  readonly is_wakeup?: boolean
}

/**
 * The answer to a chunk ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4 §5.4}
 * A).
 */
export interface StreamMessageAnswer extends SentOpenidMessage {
  /**
   * Documented as the characters that are left; live it is 0, and means nothing
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
   */
  readonly remain_msg_len?: number
}

/**
 * Sending to users and groups, and recalling
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4 §5.4},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-6 §5.6}).
 */
export interface OpenidMessageEndpoints {
  'POST /v2/users/{user_openid}/messages': { body: C2CMessageRequest; response: SentOpenidMessage }
  'POST /v2/groups/{group_openid}/messages': { body: GroupMessageRequest; response: SentOpenidMessage }
  'POST /v2/users/{user_openid}/stream_messages': {
    body: StreamMessageRequest
    response: StreamMessageAnswer
  }
  'DELETE /v2/users/{user_openid}/messages/{message_id}': { response: EmptyAnswer }
  'DELETE /v2/groups/{group_openid}/messages/{message_id}': { response: EmptyAnswer }
}
