import * as v from 'valibot'

import { findChannel, type ChannelPlace } from '../channel/channels.js'
import { readFields, type Fields } from '../http/fields.js'
import { findPeer } from '../people/peers.js'
import { DAY } from '../rules/limits.js'
import type { World } from '../world.js'
import type { CalendarEntry } from './calendar.js'

const MINUTE = 60_000

const APP_CHANNEL = 10_006

const msText = v.optional(v.pipe(v.string('302018'), v.regex(/^\d{1,15}$/, '302018'), v.transform(Number)))

const FIELDS = v.object({
  schedule: v.object({
    name: v.optional(v.pipe(v.string(), v.nonEmpty('302017'), v.maxLength(1_024))),
    description: v.optional(v.pipe(v.string(), v.maxLength(1_024))),
    start_timestamp: msText,
    end_timestamp: msText,
    jump_channel_id: v.optional(v.string()),
    // CONFLICT: one old SDK lists 0–7 with other meanings (§5.11).
    remind_type: v.optional(v.picklist(['0', '1', '2', '3', '4', '5'])),
  }),
})

/** What makes up an entry. */
export type EntryFields = Pick<CalendarEntry, 'name' | 'description' | 'start' | 'end' | 'jump' | 'remind'>

const toMinute = (ms: number): number => Math.floor(ms / MINUTE) * MINUTE

/** Why a channel cannot be jumped to, or `null`. App channels hold schedules themselves. */
const jumpCode = (world: World, { guild }: ChannelPlace, jump: string): number | null => {
  if (jump === '0' || jump === '') return null
  const place = findChannel(world, guild, jump)
  if (place) return place.channel.type === APP_CHANNEL ? 302023 : null
  return findPeer(world, guild.bot, 'channel', jump)?.present ? 302022 : 302024
}

const timeCode = (start: number, end: number): number | null => {
  if (end < start) return 302016
  return end - start > 7 * DAY ? 302014 : null
}

/** Reads a new entry, or what changes of one that is there: times are rounded down to the minute (§5.11). */
export const readEntry = (
  world: World,
  place: ChannelPlace,
  body: unknown,
  before: CalendarEntry | null,
): Fields<EntryFields> => {
  const read = readFields(FIELDS, body, 302000)
  if ('code' in read) return read
  const given = read.value.schedule
  const name = given.name ?? before?.name
  if (name === undefined) return { code: 302017 }
  const start = given.start_timestamp ?? before?.start
  const end = given.end_timestamp ?? before?.end
  if (start === undefined || end === undefined) return { code: 302000 }
  if (given.start_timestamp !== undefined && start < world.now) return { code: 302015 }
  const jump = given.jump_channel_id ?? before?.jump ?? '0'
  const code = timeCode(start, end) ?? jumpCode(world, place, jump)
  if (code !== null) return { code }
  return {
    value: {
      name,
      description: given.description ?? before?.description ?? '',
      start: toMinute(start),
      end: toMinute(end),
      jump: jump === '' ? '0' : jump,
      remind: given.remind_type ?? before?.remind ?? '0',
    },
  }
}
