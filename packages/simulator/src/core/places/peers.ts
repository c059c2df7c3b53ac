import { numericId, numericIdOf, openidOf } from '../kernel/ids.js'
import type { Scene } from '../rules/scene.js'
import type { GuildState } from './guild-state.js'
import { guildNamed, joinName, splitName } from './guilds.js'
import type { Peer, PlacesWorld } from './state.js'

/** The id in the path of a send, by scene (§5.2, §5.10). */
const idMakers: Readonly<Record<Scene, (bot: string, name: string) => string>> = {
  c2c: (bot, name) => openidOf(bot, 'user', name),
  group: (bot, name) => openidOf(bot, 'group', name),
  channel: (bot, name) => numericIdOf(bot, 'channel', name),
  dm: (bot, name) => numericIdOf(bot, 'dm', name),
}

/** The id of a person: openid in C2C, member openid in groups, number in guilds (§0). */
export const personIdOf = (bot: string, scene: Scene, peer: string, name: string): string => {
  if (scene === 'c2c') return openidOf(bot, 'user', name)
  if (scene === 'group') return openidOf(bot, `member of ${peer}`, name)
  return numericIdOf(bot, 'person', name)
}

const keyOf = (bot: string, scene: Scene, id: string): string => `${bot} ${scene} ${id}`

/** Finds a peer by the id of the wire. */
export const findPeer = (world: PlacesWorld, bot: string, scene: Scene, id: string): Peer | undefined =>
  world.peers.get(keyOf(bot, scene, id))

const addPeer = (world: PlacesWorld, given: Omit<Peer, 'accepts' | 'muted' | 'hearsAll'>): Peer => {
  const peer: Peer = { ...given, accepts: true, muted: false, hearsAll: false }
  world.peers.set(keyOf(peer.bot, peer.scene, peer.id), peer)
  return peer
}

const isGuild = (scene: Scene): boolean => scene === 'channel' || scene === 'dm'

/** The name of a peer with its guild, if it is not the first one. */
const wholeName = (scene: Scene, given: string): string => {
  const { guild, own } = splitName(given)
  return isGuild(scene) ? joinName(guild, own) : given
}

/** The peer of a name, if it has been used. */
export const knownPeer = (world: PlacesWorld, bot: string, scene: Scene, given: string): Peer | undefined =>
  findPeer(world, bot, scene, idMakers[scene](bot, wholeName(scene, given)))

/** The peer of a name, created on first use. Channels and DMs can name their guild, `art/general`. */
export const peerNamed = (world: PlacesWorld, bot: string, scene: Scene, given: string): Peer => {
  const { guild: guildName } = splitName(given)
  const name = wholeName(scene, given)
  const id = idMakers[scene](bot, name)
  const known = knownPeer(world, bot, scene, given)
  if (known) return known
  const guild = isGuild(scene) ? guildNamed(world, bot, guildName) : null
  return addPeer(world, { scene, name, id, bot, guildId: guild?.id ?? null, present: guild?.present ?? true })
}

/** Drops the oldest deleted channels. Recent ones are kept, so that their ids stay refused. */
const forgetChannels = (world: PlacesWorld, bot: string): void => {
  const gone = [...world.peers].filter(
    ([, peer]) => peer.scene === 'channel' && peer.bot === bot && !peer.present,
  )
  for (const [key] of gone.slice(0, Math.max(0, gone.length - world.settings.memory))) world.peers.delete(key)
}

/** The conversation of a new channel; a second channel of the same name gets another id. */
export const addChannelPeer = (world: PlacesWorld, { bot, id: guildId }: GuildState, name: string): Peer => {
  forgetChannels(world, bot)
  const named = idMakers.channel(bot, name)
  const id = findPeer(world, bot, 'channel', named)?.present ? numericId(world.random) : named
  return addPeer(world, { scene: 'channel', name, id, bot, guildId, present: true })
}
