import { publish } from '../gateway/events.js'
import { channelObject, guildObject } from '../guild/guild.js'
import { eventId } from '../ids.js'
import type { Bot, Guild, Peer, World } from '../world.js'
import { personIdOf } from './peers.js'
import { keepAnchor } from './say.js'

/** The events that tell what happens in a guild (§4.7). */
const EVENTS = {
  'invite-bot': 'GUILD_CREATE',
  'remove-bot': 'GUILD_DELETE',
  'member-join': 'GUILD_MEMBER_ADD',
  'member-update': 'GUILD_MEMBER_UPDATE',
  'member-leave': 'GUILD_MEMBER_REMOVE',
} as const

/** Something that happens in a guild: to the bot, or to one of the members. */
export type GuildHappening = keyof typeof EVENTS

export const isGuildHappening = (what: string): what is GuildHappening => Object.hasOwn(EVENTS, what)

type Payload = Readonly<Record<string, unknown>>

const operatorOf = (guild: Guild, by: string): string => personIdOf(guild.bot, 'channel', '', by)

const memberPayload = (guild: Guild, person: string): Payload => {
  const id = operatorOf(guild, person)
  return {
    guild_id: guild.id,
    user: { id, username: person, avatar: 'https://example.test/avatar.png', bot: false },
    nick: person,
    roles: ['1'],
    joined_at: '2022-02-03T04:05:06+08:00',
    op_user_id: id,
  }
}

/** The bot comes or goes, and with it what it sees of the guild. */
const setPresent = (world: World, guild: Guild, present: boolean): void => {
  guild.present = present
  for (const peer of world.peers.values())
    if (peer.bot === guild.bot && peer.guildId === guild.id) peer.present = present
}

/** Lets something happen in a guild and tells the bot. Returns the outer `id` of the event. */
export const happenInGuild = (
  world: World,
  bot: Bot,
  guild: Guild,
  what: GuildHappening,
  person: string,
): string => {
  const t = EVENTS[what]
  const ofBot = what === 'invite-bot' || what === 'remove-bot'
  if (ofBot) setPresent(world, guild, what === 'invite-bot')
  const id = eventId(world.random, t)
  // Any channel of the guild takes the reply (§6.3).
  keepAnchor(world, { id, kind: 'event', bot: bot.appId, scene: 'channel', peerId: guild.id, person, t })
  const d = ofBot
    ? { ...guildObject(guild), op_user_id: operatorOf(guild, person) }
    : memberPayload(guild, person)
  return publish(world, bot, { t, d, id, peer: guild, person, guildId: guild.id })
}

/** A channel comes into being or goes away (§4.7). Returns the outer `id` of the event. */
export const happenToChannel = (
  world: World,
  bot: Bot,
  channel: Peer,
  what: 'create' | 'remove',
  by: string,
): string => {
  channel.present = what === 'create'
  return publish(world, bot, {
    t: what === 'create' ? 'CHANNEL_CREATE' : 'CHANNEL_DELETE',
    d: { ...channelObject(channel), op_user_id: personIdOf(bot.appId, 'channel', channel.name, by) },
    peer: channel,
    person: by,
    guildId: channel.guildId,
  })
}
