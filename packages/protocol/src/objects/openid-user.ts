/**
 * The role of a group member ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-2 §4.2}).
 */
export type GroupRole = 'member' | 'admin' | 'owner'

/**
 * A person or bot in C2C and groups
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-2 §4.2}). Openids differ per bot and
 * per scene.
 */
export interface OpenidUser {
  /** Equals the openid; the 2023 shape had only the openid. */
  readonly id?: string
  /** In C2C. */
  readonly user_openid?: string
  /** In groups. */
  readonly member_openid?: string
  /** In groups, since 2025. */
  readonly member_role?: GroupRole
  /** Nick name in groups; often `""` in C2C. */
  readonly username?: string
  readonly bot?: boolean
  /** May be `""`. */
  readonly union_openid?: string
  readonly union_user_account?: string
}

/**
 * The author of a C2C message ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-3 §4.3}).
 */
export interface C2CAuthor extends OpenidUser {
  readonly user_openid: string
}

/**
 * The author of a group message ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-3 §4.3}).
 */
export interface GroupAuthor extends OpenidUser {
  readonly member_openid: string
}

/**
 * Someone mentioned in a group message. CONFLICT
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-2 §4.2}: the docs list plain users
 * without the bot itself; clients see `scope` and the bot itself with `is_you: true`. With `scope: 'all'` there are no
 * ids. Detect the bot by `is_you === true`.
 */
export interface GroupMention extends OpenidUser {
  readonly scope?: 'single' | 'all'
  readonly nickname?: string
  readonly is_you?: boolean
}
