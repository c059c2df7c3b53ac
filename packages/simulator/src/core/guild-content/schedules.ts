import * as v from 'valibot'

import { channelAdmin, type ChannelHandler, inChannel } from '../guild/in-guild.js'
import type { GuildWorld } from '../guild/state.js'
import { empty, ok, refuse } from '../http/answers.js'
import type { CallContext, Handler } from '../http/call-context.js'
import { type Fields, readFields } from '../http/fields.js'
import { putBounded } from '../kernel/bounded-map.js'
import { numericId } from '../kernel/ids.js'
import { countAgainst, firstExceeded } from '../kernel/meters.js'
import { dayNumber } from '../kernel/time.js'
import { type ChannelPlace, findChannel } from '../places/channels.js'
import type { CalendarEntry, GuildState, GuildMemberState } from '../places/guild-state.js'
import { memberObject } from '../places/members.js'
import { findPeer } from '../places/peers.js'
import { DAY, type Limit, schedulesPerAdmin, schedulesPerGuild } from '../rules/limits.js'

const MINUTE = 60_000

const APP_CHANNEL = 10_006

const msText = v.optional(v.pipe(v.string('302018'), v.regex(/^\d{1,15}$/, '302018'), v.transform(Number)))

const fieldsSchema = v.object({
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

/** The fields of an entry that calls can set. */
export type EntryFields = Pick<CalendarEntry, 'name' | 'description' | 'start' | 'end' | 'jump' | 'remind'>

const toMinute = (ms: number): number => Math.floor(ms / MINUTE) * MINUTE

/** The code for a channel that a schedule cannot jump to, or `null`. App channels hold schedules themselves. */
const jumpCode = (world: GuildWorld, { guild }: ChannelPlace, jump: string): number | null => {
  if (jump === '0' || jump === '') return null
  const place = findChannel(world, guild, jump)
  if (place) return place.channel.type === APP_CHANNEL ? 302023 : null
  return findPeer(world, guild.bot, 'channel', jump)?.present ? 302022 : 302024
}

const timeCode = (start: number, end: number): number | null => {
  if (end < start) return 302016
  return end - start > 7 * DAY ? 302014 : null
}

/** Reads a new entry, or the changes of an existing one; times are rounded down to the minute (§5.11). */
const readEntry = (
  world: GuildWorld,
  place: ChannelPlace,
  body: unknown,
  before: CalendarEntry | null,
): Fields<EntryFields> => {
  const read = readFields(fieldsSchema, body, 302000)
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

const shown = (guild: GuildState, entry: CalendarEntry): Readonly<Record<string, unknown>> => ({
  id: entry.id,
  name: entry.name,
  description: entry.description,
  start_timestamp: String(entry.start),
  end_timestamp: String(entry.end),
  creator: memberObject(guild, entry.creator),
  jump_channel_id: entry.jump,
  remind_type: entry.remind,
})

/** `since` in ms: in the query, or CONFLICT: in a JSON body of the GET (§5.11). */
const sinceOf = ({ query, body }: CallContext): unknown => query.get('since') ?? body['since']

/** `GET /channels/{}/schedules`: those of one day, by default today (§5.11). */
export const listSchedules: Handler<GuildWorld> = inChannel((world, context, { guild, channel }) => {
  const since = Number(sinceOf(context) ?? world.now)
  if (!Number.isFinite(since) || Math.abs(since) > 8.64e15) return refuse(world, 302018)
  const day = dayNumber(since)
  const entries = [...channel.schedules.values()].filter(
    ({ start, end, deleted }) => !deleted && dayNumber(start) <= day && dayNumber(end) >= day,
  )
  return ok(entries.map((entry) => shown(guild, entry)))
}, 302024)

/** A call on one schedule: 302011 when it was deleted, 302003 when it never existed. */
const onSchedule =
  (
    handler: (...given: [...Parameters<ChannelHandler>, CalendarEntry]) => ReturnType<ChannelHandler>,
  ): ChannelHandler =>
  (world, context, place) => {
    const entry = place.channel.schedules.get(context.params[1] ?? '')
    if (!entry) return refuse(world, 302003)
    return entry.deleted ? refuse(world, 302011) : handler(world, context, place, entry)
  }

/** `GET /channels/{}/schedules/{}` (§5.11). */
export const getSchedule: Handler<GuildWorld> = inChannel(
  onSchedule((_world, _context, { guild }, entry) => ok(shown(guild, entry))),
  302024,
)

/** Limits of new schedules: 10 per admin and day, 100 per guild and day (§2.6). */
const scheduleLimits = (
  { guild }: ChannelPlace,
  admin: GuildMemberState,
): readonly (readonly [limit: Limit, subject: string])[] => [
  [schedulesPerAdmin, `schedules of ${admin.id} in ${guild.name}`],
  [schedulesPerGuild, `schedules in ${guild.name}`],
]

/** `POST /channels/{}/schedules` (§5.11). */
export const createSchedule: Handler<GuildWorld> = inChannel(
  channelAdmin((world, { bot, body }, place) => {
    const creator = place.guild.members.get(bot.userId)
    if (!creator) return refuse(world, 302007)
    const read = readEntry(world, place, body, null)
    if ('code' in read) return refuse(world, read.code)
    const limits = scheduleLimits(place, creator)
    const exceeded = firstExceeded(world, limits)
    if (exceeded) return refuse(world, exceeded.code)
    countAgainst(world, limits)
    const entry: CalendarEntry = { ...read.value, id: numericId(world.random), creator, deleted: false }
    putBounded(place.channel.schedules, entry.id, entry, world.settings.memory)
    return ok(shown(place.guild, entry))
  }, 302010),
  302024,
)

/** `PATCH /channels/{}/schedules/{}` (§5.11). */
export const changeSchedule: Handler<GuildWorld> = inChannel(
  channelAdmin(
    onSchedule((world, { body }, place, entry) => {
      const read = readEntry(world, place, body, entry)
      if ('code' in read) return refuse(world, read.code)
      const changed = { ...entry, ...read.value }
      place.channel.schedules.set(entry.id, changed)
      return ok(shown(place.guild, changed))
    }),
    302010,
  ),
  302024,
)

/** `DELETE /channels/{}/schedules/{}` (§5.11). */
export const deleteSchedule: Handler<GuildWorld> = inChannel(
  channelAdmin(
    onSchedule((_world, _context, { channel }, entry) => {
      channel.schedules.set(entry.id, { ...entry, deleted: true })
      return empty(204)
    }),
    302010,
  ),
  302024,
)
