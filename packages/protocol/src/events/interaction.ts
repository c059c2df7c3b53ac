import type { MessageScene } from '../objects/message-parts.js'

/**
 * The type of an interaction
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-5 §4.5}).
 */
export const InteractionType = {
  /**
   * Known from one official SDK; answered with a body
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-7 §5.7}).
   */
  Search: 9,
  /** A message button; must be acknowledged. */
  Button: 11,
  /** The C2C quick menu; must be acknowledged. */
  Menu: 12,
  Feedback: 13,
  SessionCleared: 14,
  Story: 15,
  ModelSwitch: 16,
  UserAuthorize: 18,
  GroupAuthorize: 19,
  GroupAuthorizeStatus: 20,
  /** In `data.type`: configuration query of a plugin. */
  ConfigQuery: 2001,
  /** In `data.type`: configuration update of a plugin. */
  ConfigUpdate: 2002,
} as const

/**
 * A kind of interaction ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-5 §4.5}). Others
 * may appear.
 */
export type InteractionType = (typeof InteractionType)[keyof typeof InteractionType]

/**
 * The types that must be acknowledged within the window
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-5 §4.5},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-7 §5.7}). CONFLICT: one docs
 * paragraph and one client want every interaction answered; answering 14 shows the user a notice.
 */
export const acknowledgedInteractions: readonly InteractionType[] = [11, 12, 2001, 2002]

/**
 * The pressed button or menu entry; absent fields are omitted
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-5 §4.5}).
 */
export interface InteractionResolved {
  readonly button_id?: string
  readonly button_data?: string
  /** Guild only. */
  readonly user_id?: string
  /** Menu only. */
  readonly feature_id?: string
  readonly message_id?: string
  /** Feedback. */
  readonly feedback_opt?: 'LIKE' | 'UNLIKE'
  /** Feedback. */
  readonly checked?: number
  readonly message_scene?: MessageScene
  /** Story in and out. */
  readonly action?: 'ENTER_STORY' | 'QUIT_STORY'
  readonly authorize_data?: {
    readonly opt_scene?: 'setting' | 'dialog'
    readonly scope?: 'c2c_push' | 'group_push'
  }
  readonly [field: string]: unknown
}

/**
 * The inner data of an interaction
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-5 §4.5}).
 */
export interface InteractionData {
  readonly type: InteractionType | (number & {})
  readonly resolved?: InteractionResolved
}

/**
 * The fields of every interaction ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-5 §4.5}).
 */
export interface InteractionBase {
  /**
   * Acknowledge with this id (`PUT /interactions/{id}`). CONFLICT
   * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-5 §4.5}: as `event_id` use the outer
   * id of the frame.
   */
  readonly id: string
  readonly application_id: string
  readonly type: InteractionType | (number & {})
  readonly version?: number
  /** RFC 3339. */
  readonly timestamp: string
  readonly data: InteractionData
}

/**
 * `scene: 'c2c'`; `chat_type` is 2
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-5 §4.5}).
 */
export interface C2CInteraction extends InteractionBase {
  readonly scene: 'c2c'
  readonly chat_type: 2
  readonly user_openid: string
}

/**
 * `scene: 'group'`; `chat_type` is 1
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-5 §4.5}).
 */
export interface GroupInteraction extends InteractionBase {
  readonly scene: 'group'
  readonly chat_type: 1
  readonly group_openid: string
  readonly group_member_openid: string
}

/**
 * `scene: 'guild'`; the operator is `data.resolved.user_id`. CONFLICT
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-5 §4.5}: `chat_type` 0 in the docs, one
 * client also knows 3.
 */
export interface GuildInteraction extends InteractionBase {
  readonly scene: 'guild'
  readonly chat_type: 0 | 3
  readonly guild_id: string
  readonly channel_id: string
}

/**
 * `INTERACTION_CREATE`, by `scene`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-5 §4.5}).
 */
export type InteractionPayload = C2CInteraction | GroupInteraction | GuildInteraction
