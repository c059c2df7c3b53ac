import type { Channel } from '../objects/channel.js'
import type { GuildMember, GuildUser } from '../objects/guild-user.js'
import type { Guild } from '../objects/guild.js'

/**
 * `GUILD_CREATE`, `GUILD_UPDATE` (state after), `GUILD_DELETE` (state before)
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-7 §4.7}).
 */
export interface GuildChange extends Guild {
  /** Missing in two of the docs' own examples. */
  readonly op_user_id?: string
}

/**
 * `CHANNEL_CREATE`, `CHANNEL_UPDATE`, `CHANNEL_DELETE`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-7 §4.7}).
 */
export interface ChannelChange extends Channel {
  readonly op_user_id?: string
}

/**
 * `GUILD_MEMBER_ADD`, `GUILD_MEMBER_UPDATE`, `GUILD_MEMBER_REMOVE`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-7 §4.7}). `joined_at` and `roles` are
 * not normalised here.
 */
export interface GuildMemberChange extends GuildMember {
  readonly guild_id: string
  readonly user: GuildUser
  readonly op_user_id?: string
}
