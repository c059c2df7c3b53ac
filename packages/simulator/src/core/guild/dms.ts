import type { Bot } from '../bot/state.js'
import { ok, refuse } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { numericIdOf } from '../kernel/ids.js'
import { unixSeconds } from '../kernel/time.js'
import { findGuild, guildsOf, joinName, splitName } from '../places/guilds.js'
import { peerNamed } from '../places/peers.js'
import type { GuildWorld } from './state.js'

/** The name behind a guild user id; `null` for an unknown person. */
const nameOf = (world: GuildWorld, bot: Bot, id: string): string | null => {
  for (const { bot: appId, scene, name } of world.peers.values()) {
    if (appId === bot.appId && scene === 'dm' && numericIdOf(appId, 'person', splitName(name).own) === id)
      return splitName(name).own
  }
  for (const { members } of guildsOf(world, bot.appId)) {
    const member = members.get(id)
    if (member && !member.bot) return member.name
  }
  return null
}

/** `POST /users/@me/dms` (§5.10). */
export const createDm: Handler<GuildWorld> = (world, { bot, body }) => {
  const { recipient_id: recipient, source_guild_id: source } = body
  const guild = typeof source === 'string' ? findGuild(world, bot.appId, source) : undefined
  if (typeof recipient !== 'string' || guild?.present !== true) return refuse(world, 10004)
  const name = nameOf(world, bot, recipient)
  if (name === null) return refuse(world, 10001)
  if (!guild.messages.createDm) return refuse(world, 304031)
  const peer = peerNamed(world, bot.appId, 'dm', joinName(guild.name, name))
  return ok({
    guild_id: peer.id,
    channel_id: numericIdOf(bot.appId, 'dm channel', peer.name),
    create_time: String(unixSeconds(world.now)),
  })
}
