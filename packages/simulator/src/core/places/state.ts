import type { BotWorld } from '../bot/state.js'
import type { Scene } from '../rules/scene.js'
import type { GuildState } from './guild-state.js'

/** The user, group, channel or DM behind an id in a path, as one bot sees it. */
export interface Peer {
  readonly scene: Scene
  readonly name: string
  readonly id: string
  readonly bot: string
  /** Channels and DMs: the guild. */
  readonly guildId: string | null
  /** The bot is a friend, member or participant. */
  present: boolean
  /**
   * The user or group lets the bot send proactively
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}).
   */
  accepts: boolean
  /** The bot is muted (40054002). */
  muted: boolean
  /**
   * Every group message is pushed, not only those that mention the bot
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-3 §4.3}).
   */
  hearsAll: boolean
}

/**
 * The role of a group member ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-2 §4.2}).
 */
export type MemberRole = 'member' | 'admin' | 'owner'

/** A member of a group: a person or the bot. */
export interface GroupMember {
  /** Member openid. */
  readonly id: string
  readonly name: string
  readonly bot: boolean
  role: MemberRole
  /** ms since the epoch, as all moments here. */
  readonly joinedAt: number
  /** 0 when never muted. */
  mutedUntil: number
}

/** A banned user ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}). */
export interface BlacklistedUser {
  readonly id: string
  readonly name: string
  readonly bannedAt: number
}

/** What an applicant wrote ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-4 §4.4}). */
export interface Application {
  /** Text to the admins. */
  readonly message?: string
  /** Answers to the admins' questions, instead of a text. */
  readonly answers?: readonly { readonly question: string; readonly answer: string }[]
  /** Name of the member who invited the applicant. */
  readonly invitedBy?: string
}

/**
 * An application that waits for an answer
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-4 §4.4}).
 */
export interface JoinRequest {
  readonly id: string
  readonly name: string
  readonly memberId: string
  readonly at: number
  readonly application: Application
}

/** The people of a group, as one bot sees them. Keys are member openids; for requests, their ids. */
export interface GroupState {
  readonly members: Map<string, GroupMember>
  readonly blacklist: Map<string, BlacklistedUser>
  readonly requests: Map<string, JoinRequest>
  /** Names of all people seen here so far. */
  readonly known: Map<string, string>
}

/** The part of the world with peers, guilds and groups. */
export interface PlacesWorld extends BotWorld {
  /** Keyed by bot, scene and id. */
  readonly peers: Map<string, Peer>
  /** Keyed by bot and guild id. */
  readonly guilds: Map<string, GuildState>
  /** Keyed by bot and group openid. */
  readonly groups: Map<string, GroupState>
}
