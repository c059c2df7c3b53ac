import { ok, empty, refuse } from '../http/answers.js'
import type { CallContext, Handler } from '../http/call-context.js'
import { numericIdOf } from '../ids.js'
import { findPeer, GUILD, guildIdOf, peerNamed } from '../people/peers.js'
import { unixSeconds } from '../time.js'
import type { Bot, Peer, World } from '../world.js'

const guildOf = (bot: Bot): Readonly<Record<string, unknown>> => ({
  id: guildIdOf(bot.appId, GUILD),
  name: GUILD,
  icon: 'https://example.test/guild.png',
  owner_id: numericIdOf(bot.appId, 'person', 'owner'),
  owner: false,
  member_count: 20,
  max_members: 300,
  description: '',
  joined_at: '2022-02-03T04:05:06+08:00',
})

const channelOf = (bot: Bot, peer: Peer, position: number): Readonly<Record<string, unknown>> => ({
  id: peer.id,
  guild_id: peer.guildId,
  name: peer.name,
  type: 0,
  sub_type: 0,
  position,
  owner_id: numericIdOf(bot.appId, 'person', 'owner'),
  private_type: 0,
  speak_permission: 1,
})

const channelsOf = (world: World, bot: Bot): readonly Peer[] =>
  [...world.peers.values()].filter((peer) => peer.bot === bot.appId && peer.scene === 'channel')

const isGuild = ({ bot, params }: CallContext): boolean => params[0] === guildIdOf(bot.appId, GUILD)

/** `GET /users/@me/guilds` (§5.1). */
export const listGuilds: Handler = (_world, { bot }) => ok([guildOf(bot)])

/** `GET /guilds/{}` (§5.11). */
export const getGuild: Handler = (world, context) =>
  isGuild(context) ? ok(guildOf(context.bot)) : refuse(world, 10004)

/** `GET /guilds/{}/channels` (§5.11). */
export const listChannels: Handler = (world, context) =>
  isGuild(context)
    ? ok(channelsOf(world, context.bot).map((peer, index) => channelOf(context.bot, peer, index + 1)))
    : refuse(world, 10004)

/** `GET /channels/{}` (§5.11). */
export const getChannel: Handler = (world, { bot, params }) => {
  const peer = findPeer(world, bot.appId, 'channel', params[0] ?? '')
  return peer ? ok(channelOf(bot, peer, 1)) : refuse(world, 10003)
}

/** `GET /guilds/{}/roles` (§5.11): the built-in roles. */
export const listRoles: Handler = (world, context) => {
  if (!isGuild(context)) return refuse(world, 10004)
  const role = (id: string, name: string): object => ({
    id,
    name,
    color: 4_278_245_297,
    hoist: 0,
    number: 1,
    member_limit: 2_000,
  })
  return ok({
    guild_id: context.params[0],
    roles: [role('1', 'everyone'), role('2', 'admin'), role('4', 'owner'), role('5', 'channel admin')],
    role_num_limit: '30',
  })
}

/** The name behind a guild user id, as far as that person has ever been seen. */
const nameOf = (world: World, bot: Bot, id: string): string | null => {
  for (const { bot: appId, scene, name } of world.peers.values()) {
    if (appId === bot.appId && scene === 'dm' && numericIdOf(appId, 'person', name) === id) return name
  }
  for (const { bot: appId, authorId, author, scene } of world.messages.values()) {
    if (appId === bot.appId && scene === 'channel' && authorId === id) return author
  }
  return null
}

/** `POST /users/@me/dms` (§5.10). */
export const createDm: Handler = (world, { bot, body }) => {
  const { recipient_id: recipient, source_guild_id: source } = body
  if (typeof recipient !== 'string' || source !== guildIdOf(bot.appId, GUILD)) return refuse(world, 10004)
  const name = nameOf(world, bot, recipient)
  if (name === null) return refuse(world, 10001)
  const peer = peerNamed(world, bot.appId, 'dm', name)
  return ok({
    guild_id: peer.id,
    channel_id: numericIdOf(bot.appId, 'dm channel', peer.name),
    create_time: String(unixSeconds(world.now)),
  })
}

/** Calls on a message's reactions (§5.10): accepted, and nobody looks. */
export const react: Handler = (world, { bot, params }) =>
  findPeer(world, bot.appId, 'channel', params[0] ?? '') ? empty(204) : refuse(world, 10003)

/** `GET /guilds/{}/message/setting` (§5.10). */
export const getMessageSetting: Handler = (world, context) =>
  isGuild(context)
    ? ok({
        disable_create_dm: false,
        disable_push_msg: false,
        channel_ids: channelsOf(world, context.bot).map(({ id }) => id),
        channel_push_max_num: 20,
      })
    : refuse(world, 10004)
