import * as v from 'valibot'

import { findChannel } from '../channel/channels.js'
import { ROLE, type Guild, type GuildMember } from '../guild/guild-state.js'
import { guildAdmin, inGuild, privateDomain } from '../guild/in-guild.js'
import { hasRole, memberObject } from '../guild/members.js'
import { empty, ok, refuse } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { numberText, readFields } from '../http/fields.js'
import { happenInGuild } from '../people/guild-life.js'
import type { World } from '../world.js'
import { isRole } from './role-calls.js'

const QUERY = v.object({
  start_index: v.optional(numberText(0, Number.MAX_SAFE_INTEGER), '0'),
  limit: v.optional(numberText(1, 400), '1'),
})

/**
 * `GET /guilds/{}/roles/{}/members?start_index=0&limit` (§5.11): `next` is where the following page starts, the end is a
 * page without members. Their roles are missing here.
 */
export const listRoleMembers: Handler = privateDomain(
  inGuild((world, { params, query }, guild) => {
    const role = params[1] ?? ''
    if (!isRole(guild, role)) return refuse(world, 12001)
    const read = readFields(QUERY, Object.fromEntries(query), 12002)
    if ('code' in read) return refuse(world, read.code)
    const { start_index: start, limit } = read.value
    const page = [...guild.members.values()]
      .filter((member) => hasRole(guild, member, role))
      .slice(start, start + limit)
    const data = page.map((member) => ({ ...memberObject(guild, member), roles: undefined }))
    return ok({ data, next: String(start + page.length) })
  }),
)

const CHANNEL = v.object({ channel: v.object({ id: v.string() }) })

type Change = 'give' | 'take'

/** Role 5 is one of a channel, which the body names (§5.11). The code that refuses it, or `null`. */
const changeChannelAdmin = (
  world: World,
  guild: Guild,
  member: GuildMember,
  body: unknown,
  change: Change,
): number | null => {
  const read = readFields(CHANNEL, body, 12002)
  if ('code' in read) return read.code
  const place = findChannel(world, guild, read.value.channel.id)
  if (!place) return 10003
  const { admins } = place.channel
  if (change === 'give') admins.add(member.id)
  else admins.delete(member.id)
  return null
}

const changeRoles = (
  world: World,
  guild: Guild,
  member: GuildMember,
  role: string,
  body: unknown,
  change: Change,
): number | null => {
  if (role === ROLE.channelAdmin) return changeChannelAdmin(world, guild, member, body, change)
  // Everyone is in the first, and nobody can be made an owner.
  if (role === ROLE.everyone || role === ROLE.owner) return 12002
  if (!isRole(guild, role)) return 12001
  if (change === 'give') member.roles.add(role)
  else member.roles.delete(role)
  return null
}

const change = (how: Change): Handler =>
  inGuild(
    guildAdmin((world, { bot, params, body }, guild) => {
      const member = guild.members.get(params[1] ?? '')
      if (!member) return refuse(world, 10001)
      const code = changeRoles(world, guild, member, params[2] ?? '', body, how)
      if (code !== null) return refuse(world, code)
      happenInGuild(world, bot, guild, 'member-update', member.name, bot.userId)
      return empty(204)
    }),
  )

/** `PUT` and `DELETE /guilds/{}/members/{}/roles/{}` (§5.11). */
export const giveRole: Handler = change('give')
export const takeRole: Handler = change('take')
