import { groupOf } from '../group/group.js'
import { findGuild } from '../guild/guilds.js'
import { isAdmin } from '../guild/members.js'
import { timestampText } from '../time.js'
import type { Peer, World } from '../world.js'
import { personIdOf } from './peers.js'

/** Until when someone is muted where they want to speak, in ms since the epoch; 0 when they are not (§5.8, §5.11). */
const mutedUntil = (world: World, peer: Peer, name: string): number => {
  const id = personIdOf(peer.bot, peer.scene, peer.name, name)
  if (peer.scene === 'group') return groupOf(world, peer).members.get(id)?.mutedUntil ?? 0
  const guild = peer.scene === 'channel' ? findGuild(world, peer.bot, peer.guildId ?? '') : undefined
  if (!guild) return 0
  const member = guild.members.get(id)
  return isAdmin(member) ? 0 : Math.max(guild.mutedUntil, member?.mutedUntil ?? 0)
}

/**
 * Muted people cannot speak.
 *
 * @throws RangeError when that is so
 */
export const checkMaySpeak = (world: World, peer: Peer, name: string): void => {
  const until = mutedUntil(world, peer, name)
  if (until > world.now) throw new RangeError(`"${name}" is muted until ${timestampText(until)}`)
}
