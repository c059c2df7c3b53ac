import { happen } from '../actions/lifecycle.js'
import { groupOf, qqNumberOf } from '../places/groups.js'
import { findPeer } from '../places/peers.js'
import type { JoinRequest, Peer } from '../places/state.js'
import type { GroupWorld, Strategy } from './state.js'

const covers = (strategy: Strategy, peer: Peer): boolean =>
  strategy.bot === peer.bot &&
  strategy.groups.has(strategy.by === 'group_openids' ? peer.id : qqNumberOf('group', peer.name))

/**
 * Whether a strategy lists an applicant. The kind of ids is not documented: QQ numbers and member openids both count.
 */
const lists = ({ users }: Strategy, { name, memberId }: JoinRequest): boolean =>
  users.has(memberId) || users.has(qqNumberOf('user', name))

const isLive = (world: GroupWorld, { enabled, expiresAt }: Strategy): boolean =>
  enabled && expiresAt > world.now

/** The strategy that admits an applicant, if any. */
export const strategyFor = (world: GroupWorld, peer: Peer, request: JoinRequest): Strategy | undefined =>
  [...world.strategies.values()].find(
    (strategy) => isLive(world, strategy) && covers(strategy, peer) && lists(strategy, request),
  )

/** Admits all listed applicants, 10 minutes after `execute` (§5.8). */
export const runStrategy = (world: GroupWorld, id: string): void => {
  const strategy = world.strategies.get(id)
  const bot = strategy && world.bots.get(strategy.bot)
  if (!bot || !isLive(world, strategy)) return
  for (const peer of world.peers.values()) {
    if (peer.scene !== 'group' || !peer.present || !covers(strategy, peer)) continue
    const { requests } = groupOf(world, peer)
    for (const request of requests.values()) {
      if (!lists(strategy, request)) continue
      requests.delete(request.id)
      happen(world, bot, peer, 'member-join', request.name)
    }
  }
}

/** Whether a bot may name these groups: an openid must belong to one of its groups. */
export const knowsGroups = (
  world: GroupWorld,
  bot: string,
  by: Strategy['by'],
  groups: readonly string[],
): boolean => by === 'group_ids' || groups.every((id) => findPeer(world, bot, 'group', id)?.present === true)
