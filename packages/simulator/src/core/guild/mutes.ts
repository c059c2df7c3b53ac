import * as v from 'valibot'

import { empty, ok, refuse } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { type Fields, readFields } from '../http/fields.js'
import type { GuildMemberState } from '../places/guild-state.js'
import { isAdmin } from '../places/members.js'
import { guildAdmin, inGuild } from './in-guild.js'
import type { GuildWorld } from './state.js'

const seconds = v.optional(v.pipe(v.string(), v.regex(/^\d{1,12}$/), v.transform(Number)))

const muteSchema = v.object({ mute_end_timestamp: seconds, mute_seconds: seconds })

/** End of a mute in ms since the epoch: an end goes before a duration, and `"0"` lifts the mute (§5.11). */
const untilOf = (world: GuildWorld, body: unknown): Fields<number> => {
  const read = readFields(muteSchema, body, 502005)
  if ('code' in read) return read
  const { mute_end_timestamp: end, mute_seconds: length } = read.value
  if (end === undefined) {
    if (length === undefined) return { code: 502005 }
    return { value: length === 0 ? 0 : world.now + length * 1_000 }
  }
  return end > 0 && end * 1_000 <= world.now ? { code: 502006 } : { value: end * 1_000 }
}

const mute = (member: GuildMemberState | undefined, until: number): boolean => {
  if (!member || isAdmin(member)) return false
  member.mutedUntil = until
  return true
}

const usersSchema = v.object({
  user_ids: v.optional(v.pipe(v.array(v.string('502003'), '502003'), v.nonEmpty('502004'))),
})

/** `PATCH /guilds/{}/mute`: everyone, or the named users; the answer then lists the users who were muted (§5.11). */
export const muteGuild: Handler<GuildWorld> = inGuild(
  guildAdmin((world, { body }, guild) => {
    const users = readFields(usersSchema, body, 502003)
    if ('code' in users) return refuse(world, users.code)
    const until = untilOf(world, body)
    if ('code' in until) return refuse(world, until.code)
    const ids = users.value.user_ids
    if (ids) return ok({ user_ids: ids.filter((id) => mute(guild.members.get(id), until.value)) })
    guild.mutedUntil = until.value
    return empty(204)
  }),
  502001,
)

/** `PATCH /guilds/{}/members/{}/mute` (§5.11). */
export const muteMember: Handler<GuildWorld> = inGuild(
  guildAdmin((world, { params, body }, guild) => {
    const until = untilOf(world, body)
    if ('code' in until) return refuse(world, until.code)
    return mute(guild.members.get(params[1] ?? ''), until.value) ? empty(204) : refuse(world, 502003)
  }),
  502001,
)
