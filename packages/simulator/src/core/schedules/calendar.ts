import type { GuildMember } from '../guild/guild-state.js'

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
  readonly creator: GuildMember
  readonly deleted: boolean
}
