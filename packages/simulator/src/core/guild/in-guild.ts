import { type Answer, refuse } from '../http/answers.js'
import type { CallContext, Handler } from '../http/call-context.js'
import { channelOf, type ChannelPlace } from '../places/channels.js'
import type { GuildState } from '../places/guild-state.js'
import { findGuild } from '../places/guilds.js'
import { isAdmin } from '../places/members.js'
import { findPeer } from '../places/peers.js'
import type { GuildWorld } from './state.js'

/** Executes a call on a guild that the bot is in. */
export type GuildHandler = (world: GuildWorld, context: CallContext, guild: GuildState) => Answer

/** Executes a call on a channel that the bot sees. */
export type ChannelHandler = (world: GuildWorld, context: CallContext, place: ChannelPlace) => Answer

/** A call that only private-domain bots may make: the rows marked P in §5.11. */
export const privateDomain =
  (handler: Handler<GuildWorld>): Handler<GuildWorld> =>
  (world, context) =>
    context.bot.privateDomain ? handler(world, context) : refuse(world, 11253)

/** A call whose first parameter is a guild; 11264 when the owner has not granted it to the bot (§2.8). */
export const inGuild =
  (handler: GuildHandler, unknown = 10004): Handler<GuildWorld> =>
  (world, context) => {
    const guild = findGuild(world, context.bot.appId, context.params[0] ?? '')
    if (guild?.present !== true) return refuse(world, unknown)
    return guild.denied.has(context.route) ? refuse(world, 11264) : handler(world, context, guild)
  }

/** A call whose first parameter is a channel; 11264 when the guild's owner has not granted it to the bot (§2.8). */
export const inChannel =
  (handler: ChannelHandler, unknown = 10003): Handler<GuildWorld> =>
  (world, context) => {
    const peer = findPeer(world, context.bot.appId, 'channel', context.params[0] ?? '')
    if (peer?.present !== true) return refuse(world, unknown)
    const place = channelOf(world, peer)
    return place.guild.denied.has(context.route) ? refuse(world, 11264) : handler(world, context, place)
  }

/** Whether the bot is an admin of the guild. */
export const isGuildAdmin = ({ bot }: CallContext, guild: GuildState): boolean =>
  isAdmin(guild.members.get(bot.userId))

/** Lets only admins of the guild make a call (§2.8: 11282). */
export const guildAdmin =
  (handler: GuildHandler): GuildHandler =>
  (world, context, guild) =>
    isGuildAdmin(context, guild) ? handler(world, context, guild) : refuse(world, 11282)

/** Lets only admins make a call on a channel; some calls have a code of their own. */
export const channelAdmin =
  (handler: ChannelHandler, code = 11282): ChannelHandler =>
  (world, context, place) =>
    isGuildAdmin(context, place.guild) ? handler(world, context, place) : refuse(world, code)
