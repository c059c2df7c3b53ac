import { ImpossibleError } from '../kernel/impossible.js'
import type { Bot } from '../bot/state.js'
import { publish } from '../events/publish.js'
import { eventId } from '../kernel/ids.js'
import { keepAnchor } from '../messages/anchor.js'
import { channelObject, type ChannelPlace } from '../places/channels.js'
import type { GuildState } from '../places/guild-state.js'
import { guildObject } from '../places/guilds.js'
import { admitBot, memberNamed, memberObject } from '../places/members.js'
import { personIdOf } from '../places/peers.js'
import type { GuildWorld } from './state.js'

/** The event of each happening in a guild (§4.7). */
const guildEvents = {
  'invite-bot': 'GUILD_CREATE',
  'remove-bot': 'GUILD_DELETE',
  'member-join': 'GUILD_MEMBER_ADD',
  'member-update': 'GUILD_MEMBER_UPDATE',
  'member-leave': 'GUILD_MEMBER_REMOVE',
} as const

/** A happening in a guild that concerns the bot or one of the members. */
export type GuildHappening = keyof typeof guildEvents

export const isGuildHappening = (what: string): what is GuildHappening => Object.hasOwn(guildEvents, what)

type Payload = Readonly<Record<string, unknown>>

/** The bot joins or leaves. Returns the guild as the event shows it. */
const moveBot = (world: GuildWorld, bot: Bot, guild: GuildState, what: GuildHappening): Payload => {
  const before = guildObject(guild)
  guild.present = what === 'invite-bot'
  if (guild.present) admitBot(world, guild, bot)
  else guild.members.delete(bot.userId)
  for (const peer of world.peers.values())
    if (peer.bot === guild.bot && peer.guildId === guild.id) peer.present = guild.present
  // DELETE carries the state before (§4.7).
  return guild.present ? guildObject(guild) : before
}

const moveMember = (world: GuildWorld, guild: GuildState, what: GuildHappening, name: string): Payload => {
  if (what === 'member-join' && guild.blacklist.has(personIdOf(guild.bot, 'channel', '', name)))
    throw new ImpossibleError(
      `"${name}" is on the blacklist of the guild ${guild.name}`,
      `“${name}”在频道 ${guild.name} 的黑名单里`,
    )
  const member = memberNamed(world, guild, name)
  if (what === 'member-leave') {
    guild.members.delete(member.id)
    for (const { admins } of guild.channels.values()) admins.delete(member.id)
  }
  return { guild_id: guild.id, ...memberObject(guild, member) }
}

/**
 * Makes something happen in a guild and publishes its event. Returns the outer `id` of the event.
 *
 * @param operator user id of the actor; default: the person
 * @throws RangeError when someone on the blacklist joins
 */
export const happenInGuild = (
  world: GuildWorld,
  bot: Bot,
  guild: GuildState,
  what: GuildHappening,
  person: string,
  operator: string = personIdOf(guild.bot, 'channel', '', person),
): string => {
  const t = guildEvents[what]
  const ofBot = what === 'invite-bot' || what === 'remove-bot'
  const d = ofBot ? moveBot(world, bot, guild, what) : moveMember(world, guild, what, person)
  const id = eventId(world.random, t)
  // The reply can go to any channel of the guild (§6.3).
  keepAnchor(world, { id, kind: 'event', bot: bot.appId, scene: 'channel', peerId: guild.id, person, t })
  return publish(world, bot, {
    t,
    d: { ...d, op_user_id: operator },
    id,
    peer: guild,
    person,
    guildId: guild.id,
  })
}

const channelEvents = {
  create: 'CHANNEL_CREATE',
  change: 'CHANNEL_UPDATE',
  remove: 'CHANNEL_DELETE',
} as const

/**
 * Creates, changes or removes a channel and publishes the event (§4.7). Returns the outer `id` of the event.
 *
 * @param operator user id of the actor
 */
export const happenToChannel = (
  world: GuildWorld,
  bot: Bot,
  place: ChannelPlace,
  what: keyof typeof channelEvents,
  operator: string,
): string => {
  const { guild, peer, channel } = place
  const d = { ...channelObject(place), op_user_id: operator }
  peer.present = what !== 'remove'
  if (what === 'remove') guild.channels.delete(channel.id)
  return publish(world, bot, { t: channelEvents[what], d, peer, guildId: guild.id })
}
