import type { Bot } from '../bot/state.js'
import { numericIdOf } from '../kernel/ids.js'
import { timestampText } from '../kernel/time.js'
import { type Guild, type GuildMember, ROLE } from './guild-state.js'
import type { PlacesWorld } from './state.js'

type Json = Readonly<Record<string, unknown>>

const userIdOf = (guild: Guild, name: string): string => numericIdOf(guild.bot, 'person', name)

const join = (
  world: PlacesWorld,
  guild: Guild,
  member: Pick<GuildMember, 'id' | 'name' | 'bot' | 'roles'>,
): GuildMember => {
  const joined = { ...member, nick: member.name, joinedAt: world.now, mutedUntil: 0 }
  guild.members.set(joined.id, joined)
  return joined
}

/** A member by name; one who is mentioned is one. */
export const memberNamed = (world: PlacesWorld, guild: Guild, name: string): GuildMember => {
  const id = userIdOf(guild, name)
  const roles = new Set(name === 'owner' ? [ROLE.owner] : [])
  return guild.members.get(id) ?? join(world, guild, { id, name, bot: false, roles })
}

/** Brings the bot in. It is an admin from the start, so that it may do what admins may. */
export const admitBot = (world: PlacesWorld, guild: Guild, bot: Bot): void => {
  if (!guild.members.has(bot.userId))
    join(world, guild, { id: bot.userId, name: bot.name, bot: true, roles: new Set([ROLE.admin]) })
}

/** Whether a member is the owner or an admin. */
export const isAdmin = (member: GuildMember | undefined): boolean =>
  member !== undefined && (member.roles.has(ROLE.admin) || member.roles.has(ROLE.owner))

/** Whether a member has a role, one of those of everyone and of channel admins included. */
export const hasRole = (guild: Guild, member: GuildMember, role: string): boolean => {
  if (role === ROLE.everyone) return true
  if (role === ROLE.channelAdmin)
    return [...guild.channels.values()].some(({ admins }) => admins.has(member.id))
  return member.roles.has(role)
}

const rolesOf = (guild: Guild, member: GuildMember): readonly string[] => [
  ROLE.everyone,
  ...[...member.roles].toSorted(),
  ...(hasRole(guild, member, ROLE.channelAdmin) ? [ROLE.channelAdmin] : []),
]

/** A user as guilds show one (§4.6). */
export const userObject = ({ id, name, bot }: GuildMember): Json => ({
  id,
  username: name,
  avatar: bot ? 'https://example.test/bot.png' : 'https://example.test/avatar.png',
  bot,
})

/** A member as calls and events show one (§5.11, §4.7). */
export const memberObject = (guild: Guild, member: GuildMember): Json => ({
  user: userObject(member),
  nick: member.nick,
  roles: rolesOf(guild, member),
  joined_at: timestampText(member.joinedAt),
})
