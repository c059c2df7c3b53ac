/**
 * The announcement of a guild: a message or recommended channels
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface Announce {
  /** Message id; empty for recommended channels, like `channel`. */
  readonly message: string
  readonly channel: string
  /** 0 for members, 1 as a welcome. */
  readonly type: 0 | 1
  readonly channels: readonly { readonly channel_id: string; readonly introduce: string }[]
}

/**
 * An appointment in a channel
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). Moments are ms
 * since the epoch, in whole minutes.
 */
export interface CalendarEntry {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly start: number
  readonly end: number
  /** Channel id; `"0"` for none. */
  readonly jump: string
  readonly remind: string
  readonly creator: GuildMemberState
  readonly deleted: boolean
}

/**
 * A channel, apart from its conversation
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface ChannelState {
  readonly id: string
  name: string
  /** 0 text, 2 voice, 4 category, 10005 live, 10006 app, 10007 forum. */
  readonly type: number
  readonly subType: number
  position: number
  parentId: string
  privateType: number
  speakPermission: number
  readonly applicationId: string
  /** Users with access to a private channel. */
  readonly users: Set<string>
  /** Users who have role 5 here. */
  readonly admins: Set<string>
  /** Explicit permission masks, by user and by role. */
  readonly userPermissions: Map<string, number>
  readonly rolePermissions: Map<string, number>
  /** Ids of pinned messages, oldest first. */
  pins: readonly string[]
  /** Id of the announced message; empty when there is none. */
  announce: string
  readonly schedules: Map<string, CalendarEntry>
  readonly threads: Map<string, Thread>
  /** The audio that the bot plays here. */
  audio: { readonly audio_url: string; readonly text?: string } | null
  botOnMic: boolean
  /** User ids of the people inside a voice or live channel. */
  readonly inside: Set<string>
}

/**
 * Properties of a new channel
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface ChannelInit {
  /** Default 0, text. */
  readonly type?: number | undefined
  readonly subType?: number | undefined
  readonly position?: number | undefined
  readonly parentId?: string | undefined
  readonly privateType?: number | undefined
  readonly speakPermission?: number | undefined
  readonly applicationId?: string | undefined
  /** User ids with access to a private channel. */
  readonly users?: readonly string[] | undefined
}

/** Creates a channel. */
export const createChannel = (
  id: string,
  name: string,
  position: number,
  init: ChannelInit = {},
): ChannelState => ({
  id,
  name,
  type: init.type ?? 0,
  subType: init.subType ?? 0,
  position: init.position ?? position,
  parentId: init.parentId ?? '',
  privateType: init.privateType ?? 0,
  speakPermission: init.speakPermission ?? 1,
  applicationId: init.applicationId ?? '',
  users: new Set(init.users),
  admins: new Set(),
  userPermissions: new Map(),
  rolePermissions: new Map(),
  pins: [],
  announce: '',
  schedules: new Map(),
  threads: new Map(),
  audio: null,
  botOnMic: false,
  inside: new Set(),
})

/** Ids of the roles that every guild has (§5.11). */
export const roleIds = { everyone: '1', admin: '2', owner: '4', channelAdmin: '5' } as const

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

/** A member of a guild: a person or the bot. Moments are ms since the epoch. */
export interface GuildMemberState {
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
 * The owner's settings for proactive messages of bots
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
 */
export interface MessageSettings {
  /** Bots may open direct messages. */
  createDm: boolean
  /** Bots may send proactive messages to channels. */
  push: boolean
  /**
   * Channel ids that bots may send to; `null` without a choice: then two channels a day accept messages
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}).
   */
  channels: readonly string[] | null
  /** Messages per channel and day. */
  perChannel: number
}

/** A guild as one bot sees it. Channels and DMs belong to one. */
export interface GuildState {
  readonly id: string
  readonly bot: string
  readonly name: string
  /** The bot is in it. */
  present: boolean
  readonly joinedAt: number
  /** Keyed by user id. */
  readonly members: Map<string, GuildMemberState>
  /** Names of banned people, by user id. */
  readonly blacklist: Map<string, string>
  /** Roles that were created. */
  readonly roles: Map<string, Role>
  /** Number of roles created so far. */
  rolesMade: number
  readonly channels: Map<string, ChannelState>
  messages: MessageSettings
  announce: Announce | null
  /**
   * Names of the routes that the owner does not grant to the bot
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  readonly denied: Set<string>
  /** End of the mute of everyone but admins. */
  mutedUntil: number
}

/**
 * A comment below a thread ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-10 §4.10}).
 */
export interface ThreadComment {
  readonly id: string
  readonly author: string
}

/** A thread of a forum ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-10 §4.10}). */
export interface Thread {
  readonly id: string
  /** User id. */
  readonly author: string
  readonly title: string
  /** JSON text of rich text. */
  readonly content: string
  readonly at: number
  readonly posts: Map<string, ThreadComment>
}
