import { groupOf } from '../group/group.js'
import { timestampText } from '../time.js'
import type { Peer, World } from '../world.js'
import { personIdOf } from './peers.js'

/** Until when someone is muted where they want to speak, in ms since the epoch; 0 when they are not (§5.8). */
const mutedUntil = (world: World, peer: Peer, name: string): number => {
  if (peer.scene !== 'group') return 0
  const member = groupOf(world, peer).members.get(personIdOf(peer.bot, peer.scene, peer.name, name))
  return member?.mutedUntil ?? 0
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
