/** Kinds of emoji ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-8 §4.8}). */
export const EmojiType = { System: 1, Unicode: 2 } as const
/** A kind of emoji. */
export type EmojiType = (typeof EmojiType)[keyof typeof EmojiType]

/**
 * The target of a reaction. CONFLICT {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-8 §4.8}: a
 * number in the docs, a name (one misspelt) in clients.
 */
export type ReactionTargetType =
  | 0
  | 1
  | 2
  | 3
  | 'ReactionTargetType_MSG'
  | 'ReactionTargetType_FEED'
  | 'ReactionTargetType_COMMNENT'
  | 'ReactionTargetType_REPLY'

/**
 * `MESSAGE_REACTION_ADD`, `MESSAGE_REACTION_REMOVE`; guild only
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-8 §4.8}).
 */
export interface MessageReaction {
  readonly user_id: string
  readonly guild_id: string
  readonly channel_id: string
  readonly target: { readonly id: string; readonly type: ReactionTargetType }
  readonly emoji: { readonly id: string; readonly type: EmojiType }
}
