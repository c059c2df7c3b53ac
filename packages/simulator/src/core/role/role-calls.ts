import * as v from 'valibot'

import { ROLE, type Guild, type Role } from '../guild/guild-state.js'
import { guildAdmin, inGuild, type GuildHandler } from '../guild/in-guild.js'
import { hasRole } from '../guild/members.js'
import { empty, ok, refuse } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { readFields, someText } from '../http/fields.js'

/** `role_num_limit`: as many can be created (§5.11). */
const MOST = 30

/** The colour of the docs' examples. */
const COLOR = 4_278_245_297

const BUILT_IN: readonly Role[] = [
  { id: ROLE.everyone, name: 'everyone', color: COLOR, hoist: 0 },
  { id: ROLE.admin, name: 'admin', color: COLOR, hoist: 1 },
  { id: ROLE.owner, name: 'owner', color: COLOR, hoist: 1 },
  { id: ROLE.channelAdmin, name: 'channel admin', color: COLOR, hoist: 0 },
]

/** Whether there is such a role. */
export const isRole = (guild: Guild, id: string): boolean =>
  guild.roles.has(id) || BUILT_IN.some((role) => role.id === id)

const roleObject = (guild: Guild, role: Role): Readonly<Record<string, unknown>> => ({
  ...role,
  number: [...guild.members.values()].filter((member) => hasRole(guild, member, role.id)).length,
  member_limit: 2_000,
})

/** `GET /guilds/{}/roles` (§5.11). */
export const listRoles: Handler = inGuild((_world, _context, guild) =>
  ok({
    guild_id: guild.id,
    roles: [...BUILT_IN, ...guild.roles.values()].map((role) => roleObject(guild, role)),
    role_num_limit: String(MOST),
  }),
)

const FIELDS = v.pipe(
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

/** `POST /guilds/{}/roles`: at least one field. Beyond the limit no code is documented. */
export const createRole: Handler = inGuild(
  guildAdmin((world, { body }, guild) => {
    const read = readFields(FIELDS, body, 12002)
    if ('code' in read) return refuse(world, read.code)
    if (guild.roles.size >= MOST) return refuse(world, 12002, { message: 'too many roles' })
    guild.rolesMade += 1
    const { name = 'new role', color = COLOR, hoist = 0 } = read.value
    const role: Role = { id: String(10_000_000 + guild.rolesMade), name, color, hoist }
    guild.roles.set(role.id, role)
    return ok({ role_id: role.id, role: roleObject(guild, role) })
  }),
)

/** A call on a role that was created; the others cannot be changed. */
const onRole = (
  handler: (...given: [...Parameters<GuildHandler>, Role]) => ReturnType<GuildHandler>,
): Handler =>
  inGuild(
    guildAdmin((world, context, guild) => {
      const role = guild.roles.get(context.params[1] ?? '')
      return role ? handler(world, context, guild, role) : refuse(world, 12001)
    }),
  )

/** `PATCH /guilds/{}/roles/{}` (§5.11). */
export const changeRole: Handler = onRole((world, { body }, guild, role) => {
  const read = readFields(FIELDS, body, 12002)
  if ('code' in read) return refuse(world, read.code)
  const { name = role.name, color = role.color, hoist = role.hoist } = read.value
  const changed: Role = { ...role, name, color, hoist }
  guild.roles.set(role.id, changed)
  return ok({ guild_id: guild.id, role_id: role.id, role: roleObject(guild, changed) })
})

/** `DELETE /guilds/{}/roles/{}`: its members lose it (§5.11). */
export const deleteRole: Handler = onRole((_world, _context, guild, role) => {
  guild.roles.delete(role.id)
  for (const member of guild.members.values()) member.roles.delete(role.id)
  for (const { rolePermissions } of guild.channels.values()) rolePermissions.delete(role.id)
  return empty(204)
})
