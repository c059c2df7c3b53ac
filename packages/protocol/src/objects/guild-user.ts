/** A person or bot in guilds; ids are numeric strings (§4.6). */
export interface GuildUser {
  readonly id: string
  readonly username?: string
  readonly avatar?: string
  readonly bot?: boolean
  readonly union_openid?: string
  readonly union_user_account?: string
}

/** A guild member (§5.11). */
export interface GuildMember {
  readonly user?: GuildUser
  readonly nick?: string
  /** Role ids; may be missing in pages of role members. */
  readonly roles?: readonly string[]
  /** RFC 3339; not normalised in member events (§4.7). */
  readonly joined_at?: string
}
