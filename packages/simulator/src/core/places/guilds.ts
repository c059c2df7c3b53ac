import { numericIdOf } from '../kernel/ids.js'
import { timestampText } from '../kernel/time.js'
import { PUSHES_A_DAY } from '../rules/limits.js'
import type { GuildState, MessageSettings } from './guild-state.js'
import { admitBot, memberNamed } from './members.js'
import type { Peer, PlacesWorld } from './state.js'

/** Name of the guild of channels and DMs that name none. */
export const FIRST_GUILD = 'guild'

/** Splits the name of a channel or DM: `art/general` is `general` in the guild `art`. */
export const splitName = (name: string): { readonly guild: string; readonly own: string } => {
  const slash = name.indexOf('/')
  return slash < 0
    ? { guild: FIRST_GUILD, own: name }
    : { guild: name.slice(0, slash), own: name.slice(slash + 1) }
}

/** The name of a channel or DM of a guild, without the guild where it is the first one. */
export const joinName = (guild: string, own: string): string =>
  guild === FIRST_GUILD && !own.includes('/') ? own : `${guild}/${own}`

const keyOf = (bot: string, id: string): string => `${bot} ${id}`

/** Finds a guild by the id of the wire. */
export const findGuild = (world: PlacesWorld, bot: string, id: string): GuildState | undefined =>
  world.guilds.get(keyOf(bot, id))

/** The guilds that a bot is in, oldest first. */
export const guildsOf = (world: PlacesWorld, bot: string): readonly GuildState[] =>
  [...world.guilds.values()].filter((guild) => guild.bot === bot && guild.present)

/** The settings for proactive messages in the guild of a conversation (§5.10). */
export const messageSettingsOf = (world: PlacesWorld, peer: Peer): MessageSettings | undefined =>
  findGuild(world, peer.bot, peer.guildId ?? '')?.messages

/** The guild of a name, created on first use with the bot as a member. */
export const guildNamed = (world: PlacesWorld, bot: string, name: string): GuildState => {
  const id = numericIdOf(bot, 'guild', name)
  const known = findGuild(world, bot, id)
  if (known) return known
  const guild: GuildState = {
    id,
    bot,
    name,
    present: true,
    joinedAt: world.now,
    members: new Map(),
    blacklist: new Map(),
    roles: new Map(),
    rolesMade: 0,
    channels: new Map(),
    messages: { createDm: true, push: true, channels: null, perChannel: PUSHES_A_DAY },
    announce: null,
    denied: new Set(),
    mutedUntil: 0,
  }
  world.guilds.set(keyOf(bot, id), guild)
  memberNamed(world, guild, 'owner')
  const self = world.bots.get(bot)
  if (self) admitBot(world, guild, self)
  return guild
}

/** A guild as calls and events show it (§5.11, §4.7). */
export const guildObject = ({
  id,
  bot,
  name,
  members,
  joinedAt,
}: GuildState): Readonly<Record<string, unknown>> => ({
  id,
  name,
  icon: 'https://example.test/guild.png',
  owner_id: numericIdOf(bot, 'person', 'owner'),
  owner: false,
  member_count: members.size,
  max_members: 300,
  description: '',
  joined_at: timestampText(joinedAt),
})
