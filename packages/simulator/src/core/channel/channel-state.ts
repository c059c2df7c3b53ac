import type { Thread } from '../forum/threads.js'
import type { CalendarEntry } from '../schedules/calendar.js'

/**
 * What a channel is, besides a place to talk
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface Channel {
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
  /** Users who are let into a private channel. */
  readonly users: Set<string>
  /** Users who have role 5 here. */
  readonly admins: Set<string>
  /** Permission masks that were set, by user and by role. */
  readonly userPermissions: Map<string, number>
  readonly rolePermissions: Map<string, number>
  /** Ids of pinned messages, oldest first. */
  pins: readonly string[]
  /** Id of the announced message; empty when there is none. */
  announce: string
  readonly schedules: Map<string, CalendarEntry>
  readonly threads: Map<string, Thread>
  /** What the bot plays here. */
  audio: { readonly audio_url: string; readonly text?: string } | null
  botOnMic: boolean
  /** User ids of those who are in a voice or live channel. */
  readonly inside: Set<string>
}

/**
 * What can be said of a channel when it is made
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
  /** User ids of those who are let into a private channel. */
  readonly users?: readonly string[] | undefined
}

/** A channel as it starts. */
export const createChannel = (
  id: string,
  name: string,
  position: number,
  init: ChannelInit = {},
): Channel => ({
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
