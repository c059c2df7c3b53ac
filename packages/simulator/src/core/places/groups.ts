import { numericIdOf, openidOf } from '../kernel/ids.js'
import { personIdOf } from './peers.js'
import type { GroupState, GroupMember, Peer, PlacesWorld } from './state.js'

/** The openid that is the same for all bots of one developer (§4.2). */
export const unionOpenidOf = (name: string): string => openidOf('union', 'user', name)

/** A QQ number or the number of a group, the same for all bots (§5.8). */
export const qqNumberOf = (kind: 'user' | 'group', name: string): string =>
  numericIdOf('', `number of a ${kind}`, name).slice(0, 10)

const openidIn = (peer: Peer, name: string): string => personIdOf(peer.bot, 'group', peer.name, name)

/** A member by name, created on first use. */
export const groupMemberNamed = (world: PlacesWorld, peer: Peer, name: string): GroupMember => {
  const group = groupOf(world, peer)
  const id = openidIn(peer, name)
  const known = group.members.get(id)
  if (known) return known
  const bot = world.bots.get(peer.bot)?.name === name
  const role = name === 'owner' ? 'owner' : 'member'
  const member: GroupMember = { id, name, bot, role, joinedAt: world.now, mutedUntil: 0 }
  group.members.set(id, member)
  group.known.set(id, name)
  return member
}

const keyOf = ({ bot, id }: Peer): string => `${bot} ${id}`

/** The group behind a peer, created with its owner and the bot. */
export const groupOf = (world: PlacesWorld, peer: Peer): GroupState => {
  const known = world.groups.get(keyOf(peer))
  if (known) return known
  const group: GroupState = {
    members: new Map(),
    blacklist: new Map(),
    requests: new Map(),
    known: new Map(),
  }
  world.groups.set(keyOf(peer), group)
  groupMemberNamed(world, peer, 'owner')
  const bot = world.bots.get(peer.bot)
  if (bot && peer.present) groupMemberNamed(world, peer, bot.name)
  return group
}

/** The bot's own membership, if any. */
export const botMember = (world: PlacesWorld, peer: Peer): GroupMember | undefined => {
  const bot = world.bots.get(peer.bot)
  return bot && groupOf(world, peer).members.get(openidIn(peer, bot.name))
}

/** Whether the bot may administer the group (§4.1, §5.6). */
export const isGroupAdmin = (world: PlacesWorld, peer: Peer): boolean =>
  (botMember(world, peer)?.role ?? 'member') !== 'member'
