import type { Announce } from '../announce/announce.js'
import type { Channel } from '../channel/channel-state.js'

/** Ids of the roles that every guild has (§5.11). */
export const ROLE = { everyone: '1', admin: '2', owner: '4', channelAdmin: '5' } as const

/**
 * A role of a guild ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface Role {
  readonly id: string
  readonly name: string
  /** ARGB. */
  readonly color: number
  readonly hoist: 0 | 1
}

/** Someone in a guild: a person, or the bot. Moments are ms since the epoch. */
export interface GuildMember {
  readonly id: string
  readonly name: string
  readonly bot: boolean
  nick: string
  /** Ids, without those of everyone and of channel admins. */
  readonly roles: Set<string>
  readonly joinedAt: number
  /** 0 when never muted. */
  mutedUntil: number
}

/**
 * What the owner lets bots send unasked
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
 */
export interface MessageSettings {
  /** Bots may open direct messages. */
  createDm: boolean
  /** Bots may send into channels unasked. */
  push: boolean
  /**
   * Channel ids that they may send to; `null` when the owner chose none, and two a day take messages
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}).
   */
  channels: readonly string[] | null
  /** Messages per channel and day. */
  perChannel: number
}

/** A guild as one bot sees it. Channels and DMs belong to one. */
export interface Guild {
  readonly id: string
  readonly bot: string
  readonly name: string
  /** The bot is in it. */
  present: boolean
  readonly joinedAt: number
  /** Keyed by user id. */
  readonly members: Map<string, GuildMember>
  /** User ids of those who may not come back. */
  readonly blacklist: Map<string, string>
  /** Roles that were created. */
  readonly roles: Map<string, Role>
  /** Roles that were ever created. */
  rolesMade: number
  readonly channels: Map<string, Channel>
  messages: MessageSettings
  announce: Announce | null
  /**
   * Names of the routes that the owner does not grant to the bot
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  readonly denied: Set<string>
  /** Until when everyone but admins is muted. */
  mutedUntil: number
}
