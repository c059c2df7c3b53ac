import type { Happening } from '../people/lifecycle.js'
import { personIdOf } from '../people/peers.js'
import type { Peer, World } from '../world.js'
import { groupOf, memberNamed } from './group.js'

const part = (world: World, peer: Peer, name: string): void => {
  groupOf(world, peer).members.delete(personIdOf(peer.bot, 'group', peer.name, name))
}

/**
 * Keeps the list of members in step with what happens.
 *
 * @throws RangeError when someone on the blacklist joins
 */
export const noteMember = (world: World, peer: Peer, what: Happening, name: string): void => {
  const botName = world.bots.get(peer.bot)?.name ?? ''
  const group = groupOf(world, peer)
  if (what === 'member-join') {
    if (group.blacklist.has(personIdOf(peer.bot, 'group', peer.name, name)))
      throw new RangeError(`"${name}" is on the blacklist of the group ${peer.name}`)
    memberNamed(world, peer, name)
  }
  if (what === 'member-leave') part(world, peer, name)
  if (what === 'invite-bot') memberNamed(world, peer, botName)
  if (what === 'remove-bot') part(world, peer, botName)
}
