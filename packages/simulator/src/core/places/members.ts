import type { Bot } from '../bot/state.js'
import { numericIdOf } from '../kernel/ids.js'
import { timestampText } from '../kernel/time.js'
import { type GuildState, type GuildMemberState, roleIds } from './guild-state.js'
import type { PlacesWorld } from './state.js'

type Json = Readonly<Record<string, unknown>>

const userIdOf = (guild: GuildState, name: string): string => numericIdOf(guild.bot, 'person', name)

const join = (
  world: PlacesWorld,
  guild: GuildState,
  member: Pick<GuildMemberState, 'id' | 'name' | 'bot' | 'roles'>,
): GuildMemberState => {
  const joined = { ...member, nick: member.name, joinedAt: world.now, mutedUntil: 0 }
  guild.members.set(joined.id, joined)
  return joined
}

/** A member by name, created on first use. */
export const memberNamed = (world: PlacesWorld, guild: GuildState, name: string): GuildMemberState => {
  const id = userIdOf(guild, name)
  const roles = new Set(name === 'owner' ? [roleIds.owner] : [])
  return guild.members.get(id) ?? join(world, guild, { id, name, bot: false, roles })
}

/** Adds the bot to a guild, as an admin so that all calls are open to it. */
export const admitBot = (world: PlacesWorld, guild: GuildState, bot: Bot): void => {
  if (!guild.members.has(bot.userId))
    join(world, guild, { id: bot.userId, name: bot.name, bot: true, roles: new Set([roleIds.admin]) })
}

/** Whether a member is the owner or an admin. */
export const isAdmin = (member: GuildMemberState | undefined): boolean =>
  member !== undefined && (member.roles.has(roleIds.admin) || member.roles.has(roleIds.owner))

/** Whether a member has a role; includes the roles of everyone and of channel admins. */
export const hasRole = (guild: GuildState, member: GuildMemberState, role: string): boolean => {
  if (role === roleIds.everyone) return true
  if (role === roleIds.channelAdmin)
    return [...guild.channels.values()].some(({ admins }) => admins.has(member.id))
  return member.roles.has(role)
}

const rolesOf = (guild: GuildState, member: GuildMemberState): readonly string[] => [
  roleIds.everyone,
  ...[...member.roles].toSorted(),
  ...(hasRole(guild, member, roleIds.channelAdmin) ? [roleIds.channelAdmin] : []),
]

/** A user object of guilds (§4.6). */
export const userObject = ({ id, name, bot }: GuildMemberState): Json => ({
  id,
  username: name,
  avatar: bot ? 'https://example.test/bot.png' : 'https://example.test/avatar.png',
  bot,
})

/** A member object, as calls and events show it (§5.11, §4.7). */
export const memberObject = (guild: GuildState, member: GuildMemberState): Json => ({
  user: userObject(member),
  nick: member.nick,
  roles: rolesOf(guild, member),
  joined_at: timestampText(member.joinedAt),
})
