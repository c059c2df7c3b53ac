import { ok, empty, refuse } from '../http/answers.js'
import type { CallContext, Handler } from '../http/call-context.js'
import { numericIdOf } from '../ids.js'
import { findPeer, peerNamed } from '../people/peers.js'
import { unixSeconds } from '../time.js'
import type { Bot, Guild, Peer, World } from '../world.js'
import { findGuild, guildsOf, joinName, splitName } from './guilds.js'

/** A guild as calls and events show it (§5.11, §4.7). */
export const guildObject = ({ id, bot, name }: Guild): Readonly<Record<string, unknown>> => ({
  id,
  name,
  icon: 'https://example.test/guild.png',
  owner_id: numericIdOf(bot, 'person', 'owner'),
  owner: false,
  member_count: 20,
  max_members: 300,
  description: '',
  joined_at: '2022-02-03T04:05:06+08:00',
})

/** A channel as calls and events show it (§5.11, §4.7). */
export const channelObject = (peer: Peer, position = 1): Readonly<Record<string, unknown>> => ({
  id: peer.id,
  guild_id: peer.guildId,
  name: splitName(peer.name).own,
  type: 0,
  sub_type: 0,
  position,
  owner_id: numericIdOf(peer.bot, 'person', 'owner'),
  private_type: 0,
  speak_permission: 1,
})

/** The channels of a guild, oldest first. */
const channelsOf = (world: World, guild: Guild): readonly Peer[] =>
  [...world.peers.values()].filter(
    (peer) => peer.scene === 'channel' && peer.bot === guild.bot && peer.guildId === guild.id && peer.present,
  )

/** The guild of a path that begins with `/guilds/{}`, if the bot is in it. */
const guildInPath = (world: World, { bot, params }: CallContext): Guild | undefined => {
  const guild = findGuild(world, bot.appId, params[0] ?? '')
  return guild?.present === true ? guild : undefined
}

/** The channel of a path that begins with `/channels/{}`, if the bot sees it. */
const channelInPath = (world: World, { bot, params }: CallContext): Peer | undefined => {
  const peer = findPeer(world, bot.appId, 'channel', params[0] ?? '')
  return peer?.present === true ? peer : undefined
}

/** `GET /users/@me/guilds` (§5.1). */
export const listGuilds: Handler = (world, { bot }) => ok(guildsOf(world, bot.appId).map(guildObject))

/** `GET /guilds/{}` (§5.11). */
export const getGuild: Handler = (world, context) => {
  const guild = guildInPath(world, context)
  return guild ? ok(guildObject(guild)) : refuse(world, 10004)
}

/** `GET /guilds/{}/channels` (§5.11). */
export const listChannels: Handler = (world, context) => {
  const guild = guildInPath(world, context)
  if (!guild) return refuse(world, 10004)
  return ok(channelsOf(world, guild).map((peer, index) => channelObject(peer, index + 1)))
}

/** `GET /channels/{}` (§5.11). */
export const getChannel: Handler = (world, context) => {
  const peer = channelInPath(world, context)
  return peer ? ok(channelObject(peer)) : refuse(world, 10003)
}

/** `GET /guilds/{}/roles` (§5.11): the built-in roles. */
export const listRoles: Handler = (world, context) => {
  const guild = guildInPath(world, context)
  if (!guild) return refuse(world, 10004)
  const role = (id: string, name: string): object => ({
    id,
    name,
    color: 4_278_245_297,
    hoist: 0,
    number: 1,
    member_limit: 2_000,
  })
  return ok({
    guild_id: guild.id,
    roles: [role('1', 'everyone'), role('2', 'admin'), role('4', 'owner'), role('5', 'channel admin')],
    role_num_limit: '30',
  })
}

/** The name behind a guild user id, as far as that person has ever been seen. */
const nameOf = (world: World, bot: Bot, id: string): string | null => {
  for (const { bot: appId, scene, name } of world.peers.values()) {
    if (appId === bot.appId && scene === 'dm' && numericIdOf(appId, 'person', splitName(name).own) === id)
      return splitName(name).own
  }
  for (const { bot: appId, authorId, author, scene } of world.messages.values()) {
    if (appId === bot.appId && scene === 'channel' && authorId === id) return author
  }
  return null
}

/** `POST /users/@me/dms` (§5.10). */
export const createDm: Handler = (world, { bot, body }) => {
  const { recipient_id: recipient, source_guild_id: source } = body
  const guild = typeof source === 'string' ? findGuild(world, bot.appId, source) : undefined
  if (typeof recipient !== 'string' || guild?.present !== true) return refuse(world, 10004)
  const name = nameOf(world, bot, recipient)
  if (name === null) return refuse(world, 10001)
  const peer = peerNamed(world, bot.appId, 'dm', joinName(guild.name, name))
  return ok({
    guild_id: peer.id,
    channel_id: numericIdOf(bot.appId, 'dm channel', peer.name),
    create_time: String(unixSeconds(world.now)),
  })
}

/** Calls on a message's reactions (§5.10): accepted, and nobody looks. */
export const react: Handler = (world, context) =>
  channelInPath(world, context) ? empty(204) : refuse(world, 10003)

/** `GET /guilds/{}/message/setting` (§5.10). */
export const getMessageSetting: Handler = (world, context) => {
  const guild = guildInPath(world, context)
  if (!guild) return refuse(world, 10004)
  return ok({
    disable_create_dm: false,
    disable_push_msg: false,
    channel_ids: channelsOf(world, guild).map(({ id }) => id),
    channel_push_max_num: 20,
  })
}
