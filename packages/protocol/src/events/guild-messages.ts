import type { GuildUser } from '../objects/guild-user.js'

/**
 * The known fields of the recalled message
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-6 §4.6}).
 */
export interface DeletedMessage {
  readonly id: string
  readonly guild_id: string
  readonly channel_id: string
  readonly author?: GuildUser
  readonly direct_message?: boolean
  readonly src_guild_id?: string
}

/**
 * `MESSAGE_DELETE`, `PUBLIC_MESSAGE_DELETE`, `DIRECT_MESSAGE_DELETE`: a message was recalled
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-6 §4.6}).
 */
export interface MessageDelete {
  readonly message: DeletedMessage
  readonly op_user: { readonly id: string }
}
