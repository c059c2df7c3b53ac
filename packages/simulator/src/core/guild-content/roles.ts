import * as v from 'valibot'

import { happenInGuild } from '../guild/guild-life.js'
import { guildAdmin, type GuildHandler, inGuild, privateDomain } from '../guild/in-guild.js'
import type { GuildWorld } from '../guild/state.js'
import { empty, ok, refuse } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { numberText, readFields, someText } from '../http/fields.js'
import { findChannel } from '../places/channels.js'
import { type GuildState, type GuildMemberState, type Role, roleIds } from '../places/guild-state.js'
import { hasRole, memberObject } from '../places/members.js'

/** `role_num_limit`: most roles that can be created (§5.11). */
const MAX_ROLES = 30

/** The colour of the docs' examples. */
const DEFAULT_COLOR = 4_278_245_297

const builtInRoles: readonly Role[] = [
  { id: roleIds.everyone, name: 'everyone', color: DEFAULT_COLOR, hoist: 0 },
  { id: roleIds.admin, name: 'admin', color: DEFAULT_COLOR, hoist: 1 },
  { id: roleIds.owner, name: 'owner', color: DEFAULT_COLOR, hoist: 1 },
  { id: roleIds.channelAdmin, name: 'channel admin', color: DEFAULT_COLOR, hoist: 0 },
]

/** Whether a role exists. */
export const isRole = (guild: GuildState, id: string): boolean =>
  guild.roles.has(id) || builtInRoles.some((role) => role.id === id)

const roleObject = (guild: GuildState, role: Role): Readonly<Record<string, unknown>> => ({
  ...role,
  number: [...guild.members.values()].filter((member) => hasRole(guild, member, role.id)).length,
  member_limit: 2_000,
})

/** `GET /guilds/{}/roles` (§5.11). */
export const listRoles: Handler<GuildWorld> = inGuild((_world, _context, guild) =>
  ok({
    guild_id: guild.id,
    roles: [...builtInRoles, ...guild.roles.values()].map((role) => roleObject(guild, role)),
    role_num_limit: String(MAX_ROLES),
  }),
)

const fieldsSchema = v.pipe(
  v.object({
    name: v.optional(someText()),
    color: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xff_ff_ff_ff))),
    // Examples send it as text (§5.11).
    hoist: v.optional(
      v.pipe(
        v.picklist([0, 1, '0', '1']),
        v.transform((hoist) => (Number(hoist) === 1 ? 1 : 0)),
      ),
    ),
  }),
  v.check(({ name, color, hoist }) => name !== undefined || color !== undefined || hoist !== undefined),
)

/** `POST /guilds/{}/roles`: at least one field. The code beyond the limit is not documented. */
export const createRole: Handler<GuildWorld> = inGuild(
  guildAdmin((world, { body }, guild) => {
    const read = readFields(fieldsSchema, body, 12002)
    if ('code' in read) return refuse(world, read.code)
    if (guild.roles.size >= MAX_ROLES) return refuse(world, 12002, { message: 'too many roles' })
    guild.rolesMade += 1
    const { name = 'new role', color = DEFAULT_COLOR, hoist = 0 } = read.value
    const role: Role = { id: String(10_000_000 + guild.rolesMade), name, color, hoist }
    guild.roles.set(role.id, role)
    return ok({ role_id: role.id, role: roleObject(guild, role) })
  }),
)

/** A call on a created role; built-in roles cannot be changed. */
const onRole = (
  handler: (...given: [...Parameters<GuildHandler>, Role]) => ReturnType<GuildHandler>,
): Handler<GuildWorld> =>
  inGuild(
    guildAdmin((world, context, guild) => {
      const role = guild.roles.get(context.params[1] ?? '')
      return role ? handler(world, context, guild, role) : refuse(world, 12001)
    }),
  )

/** `PATCH /guilds/{}/roles/{}` (§5.11). */
export const changeRole: Handler<GuildWorld> = onRole((world, { body }, guild, role) => {
  const read = readFields(fieldsSchema, body, 12002)
  if ('code' in read) return refuse(world, read.code)
  const { name = role.name, color = role.color, hoist = role.hoist } = read.value
  const changed: Role = { ...role, name, color, hoist }
  guild.roles.set(role.id, changed)
  return ok({ guild_id: guild.id, role_id: role.id, role: roleObject(guild, changed) })
})

/** `DELETE /guilds/{}/roles/{}`: its members lose it (§5.11). */
export const deleteRole: Handler<GuildWorld> = onRole((_world, _context, guild, role) => {
  guild.roles.delete(role.id)
  for (const member of guild.members.values()) member.roles.delete(role.id)
  for (const { rolePermissions } of guild.channels.values()) rolePermissions.delete(role.id)
  return empty(204)
})

const querySchema = v.object({
  start_index: v.optional(numberText(0, Number.MAX_SAFE_INTEGER), '0'),
  limit: v.optional(numberText(1, 400), '1'),
})

/**
 * `GET /guilds/{}/roles/{}/members?start_index=0&limit` (§5.11): `next` is the start of the following page; a page
 * without members is the end. The members' roles are left out.
 */
export const listRoleMembers: Handler<GuildWorld> = privateDomain(
  inGuild((world, { params, query }, guild) => {
    const role = params[1] ?? ''
    if (!isRole(guild, role)) return refuse(world, 12001)
    const read = readFields(querySchema, Object.fromEntries(query), 12002)
    if ('code' in read) return refuse(world, read.code)
    const { start_index: start, limit } = read.value
    const page = [...guild.members.values()]
      .filter((member) => hasRole(guild, member, role))
      .slice(start, start + limit)
    const data = page.map((member) => ({ ...memberObject(guild, member), roles: undefined }))
    return ok({ data, next: String(start + page.length) })
  }),
)

const channelSchema = v.object({ channel: v.object({ id: v.string() }) })

type Change = 'give' | 'take'

/**
 * Gives or takes role 5, which belongs to the channel in the body (§5.11). Returns the code that refuses it, or `null`.
 */
const changeChannelAdmin = (
  world: GuildWorld,
  guild: GuildState,
  member: GuildMemberState,
  body: unknown,
  change: Change,
): number | null => {
  const read = readFields(channelSchema, body, 12002)
  if ('code' in read) return read.code
  const place = findChannel(world, guild, read.value.channel.id)
  if (!place) return 10003
  const { admins } = place.channel
  if (change === 'give') admins.add(member.id)
  else admins.delete(member.id)
  return null
}

const changeRoles = (
  world: GuildWorld,
  guild: GuildState,
  member: GuildMemberState,
  role: string,
  body: unknown,
  change: Change,
): number | null => {
  if (role === roleIds.channelAdmin) return changeChannelAdmin(world, guild, member, body, change)
  // Role 1 belongs to everyone, and owners cannot be made.
  if (role === roleIds.everyone || role === roleIds.owner) return 12002
  if (!isRole(guild, role)) return 12001
  if (change === 'give') member.roles.add(role)
  else member.roles.delete(role)
  return null
}

const change = (how: Change): Handler<GuildWorld> =>
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
export const giveRole: Handler<GuildWorld> = change('give')
export const takeRole: Handler<GuildWorld> = change('take')
