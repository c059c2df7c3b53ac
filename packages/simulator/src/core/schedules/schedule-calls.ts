import { putBounded } from '../bounded-map.js'
import type { ChannelPlace } from '../channel/channels.js'
import { channelAdmin, inChannel, type ChannelHandler } from '../guild/in-guild.js'
import type { Guild, GuildMember } from '../guild/guild-state.js'
import { memberObject } from '../guild/members.js'
import { empty, ok, refuse } from '../http/answers.js'
import type { CallContext, Handler } from '../http/call-context.js'
import { numericId } from '../ids.js'
import { countAgainst, firstExceeded } from '../meters.js'
import { SCHEDULES_PER_ADMIN, SCHEDULES_PER_GUILD, type Limit } from '../rules/limits.js'
import { dayNumber } from '../time.js'
import type { CalendarEntry } from './calendar.js'
import { readEntry } from './schedule-fields.js'

const shown = (guild: Guild, entry: CalendarEntry): Readonly<Record<string, unknown>> => ({
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
export const listSchedules: Handler = inChannel((world, context, { guild, channel }) => {
  const since = Number(sinceOf(context) ?? world.now)
  if (!Number.isFinite(since) || Math.abs(since) > 8.64e15) return refuse(world, 302018)
  const day = dayNumber(since)
  const entries = [...channel.schedules.values()].filter(
    ({ start, end, deleted }) => !deleted && dayNumber(start) <= day && dayNumber(end) >= day,
  )
  return ok(entries.map((entry) => shown(guild, entry)))
}, 302024)

/** A call on one schedule: 302011 when it was deleted, 302003 when it never was. */
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
export const getSchedule: Handler = inChannel(
  onSchedule((_world, _context, { guild }, entry) => ok(shown(guild, entry))),
  302024,
)

/** 10 per admin and day, 100 per guild and day, whoever makes them (§2.6). */
const limitsOf = (
  { guild }: ChannelPlace,
  admin: GuildMember,
): readonly (readonly [limit: Limit, subject: string])[] => [
  [SCHEDULES_PER_ADMIN, `schedules of ${admin.id} in ${guild.name}`],
  [SCHEDULES_PER_GUILD, `schedules in ${guild.name}`],
]

/** `POST /channels/{}/schedules` (§5.11). */
export const createSchedule: Handler = inChannel(
  channelAdmin((world, { bot, body }, place) => {
    const creator = place.guild.members.get(bot.userId)
    if (!creator) return refuse(world, 302007)
    const read = readEntry(world, place, body, null)
    if ('code' in read) return refuse(world, read.code)
    const limits = limitsOf(place, creator)
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
export const changeSchedule: Handler = inChannel(
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
export const deleteSchedule: Handler = inChannel(
  channelAdmin(
    onSchedule((_world, _context, { channel }, entry) => {
      channel.schedules.set(entry.id, { ...entry, deleted: true })
      return empty(204)
    }),
    302010,
  ),
  302024,
)
