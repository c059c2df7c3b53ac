/**
 * Kinds of channels ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 * Unknown values may appear.
 */
export const ChannelType = {
  Text: 0,
  Voice: 2,
  Category: 4,
  Live: 10005,
  App: 10006,
  Forum: 10007,
} as const
/** A kind of channel. */
export type ChannelType = (typeof ChannelType)[keyof typeof ChannelType]

/**
 * Kinds of text channels
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export const ChannelSubType = { Chat: 0, Announcement: 1, Guide: 2, Gaming: 3 } as const
/** A kind of text channel. */
export type ChannelSubType = (typeof ChannelSubType)[keyof typeof ChannelSubType]

/**
 * Who can see a channel ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export const PrivateType = { Public: 0, Admins: 1, AdminsAndListed: 2 } as const
/** Who can see a channel. */
export type PrivateType = (typeof PrivateType)[keyof typeof PrivateType]

/**
 * Who may speak in a channel
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export const SpeakPermission = { Invalid: 0, Everyone: 1, AdminsAndListed: 2 } as const
/** Who may speak in a channel. */
export type SpeakPermission = (typeof SpeakPermission)[keyof typeof SpeakPermission]

/**
 * Bits of a channel permission mask, which travels as a decimal string
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export const ChannelPermission = { View: 1, Manage: 2, Speak: 4, Live: 8 } as const
/** A bit of a channel permission mask. */
export type ChannelPermission = (typeof ChannelPermission)[keyof typeof ChannelPermission]

/** A channel ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). */
export interface Channel {
  readonly id: string
  readonly guild_id: string
  readonly name: string
  readonly type: ChannelType | (number & {})
  readonly sub_type: ChannelSubType | (number & {})
  /** Starts at 1, categories at 2. */
  readonly position?: number
  readonly parent_id?: string
  readonly owner_id?: string
  readonly private_type?: PrivateType | (number & {})
  readonly speak_permission?: SpeakPermission | (number & {})
  readonly application_id?: string
  /** A decimal mask of {@link ChannelPermission}, as text. */
  readonly permissions?: string
}
