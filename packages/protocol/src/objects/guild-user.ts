/**
 * A person or bot in guilds; ids are numeric strings
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-6 §4.6}).
 */
export interface GuildUser {
  readonly id: string
  readonly username?: string
  readonly avatar?: string
  readonly bot?: boolean
  readonly union_openid?: string
  readonly union_user_account?: string
}

/** A guild member ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). */
export interface GuildMember {
  readonly user?: GuildUser
  readonly nick?: string
  /** Role ids; may be missing in pages of role members. */
  readonly roles?: readonly string[]
  /**
   * RFC 3339; not normalised in member events
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-7 §4.7}).
   */
  readonly joined_at?: string
}
