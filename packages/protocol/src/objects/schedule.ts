import type { GuildMember } from './guild-user.js'

/**
 * When a schedule reminds
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). CONFLICT: one old
 * SDK lists 0–7 with other meanings.
 */
export const RemindType = {
  None: '0',
  AtStart: '1',
  FiveMinutes: '2',
  FifteenMinutes: '3',
  ThirtyMinutes: '4',
  OneHour: '5',
} as const
/** When a schedule reminds. */
export type RemindType = (typeof RemindType)[keyof typeof RemindType]

/**
 * The fields of a schedule
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface ScheduleFields {
  readonly name: string
  readonly description?: string
  /** Unix milliseconds as text; the answer may be rounded down to the minute. */
  readonly start_timestamp: string
  /** Unix milliseconds as text. */
  readonly end_timestamp: string
  /** Channel to jump to; `"0"`: none. */
  readonly jump_channel_id?: string
  readonly remind_type?: RemindType
}

/** A schedule ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). */
export interface Schedule extends ScheduleFields {
  readonly id: string
  readonly creator?: GuildMember
}
