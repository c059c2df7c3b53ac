import { ImpossibleError } from '../kernel/impossible.js'
import { numericIdOf } from '../kernel/ids.js'
import { type ChannelState, createChannel, type GuildState } from './guild-state.js'
import { findGuild, splitName } from './guilds.js'
import { findPeer } from './peers.js'
import type { Peer, PlacesWorld } from './state.js'

/** A channel with the conversation in it, and its guild. */
export interface ChannelPlace {
  readonly guild: GuildState
  readonly peer: Peer
  readonly channel: ChannelState
}

/** The channel behind a conversation, with its guild. */
export const channelOf = (world: PlacesWorld, peer: Peer): ChannelPlace => {
  const guild = findGuild(world, peer.bot, peer.guildId ?? '')
  if (!guild)
    throw new ImpossibleError(`${peer.scene} ${peer.name} belongs to no guild`, `${peer.name} 不属于任何频道`)
  const known = guild.channels.get(peer.id)
  if (known) return { guild, peer, channel: known }
  const channel = createChannel(peer.id, splitName(peer.name).own, guild.channels.size + 1)
  guild.channels.set(peer.id, channel)
  return { guild, peer, channel }
}

/** The existing channels of a guild, in their order. */
export const channelsOf = (world: PlacesWorld, guild: GuildState): readonly ChannelPlace[] =>
  [...world.peers.values()]
    .filter(
      (peer) =>
        peer.scene === 'channel' && peer.bot === guild.bot && peer.guildId === guild.id && peer.present,
    )
    .map((peer) => channelOf(world, peer))
    .toSorted((a, b) => a.channel.position - b.channel.position)

/** A channel of a guild by its id, if it exists. */
export const findChannel = (world: PlacesWorld, guild: GuildState, id: unknown): ChannelPlace | undefined => {
  const peer = typeof id === 'string' ? findPeer(world, guild.bot, 'channel', id) : undefined
  return peer?.present === true && peer.guildId === guild.id ? channelOf(world, peer) : undefined
}

/** A channel as calls and events show it (§5.11, §4.7). */
export const channelObject = ({ guild, channel }: ChannelPlace): Readonly<Record<string, unknown>> => ({
  id: channel.id,
  guild_id: guild.id,
  name: channel.name,
  type: channel.type,
  sub_type: channel.subType,
  position: channel.position,
  parent_id: channel.parentId,
  owner_id: numericIdOf(guild.bot, 'person', 'owner'),
  private_type: channel.privateType,
  speak_permission: channel.speakPermission,
  ...(channel.applicationId === '' ? {} : { application_id: channel.applicationId }),
})
