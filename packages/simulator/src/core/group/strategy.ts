import { happen } from '../actions/lifecycle.js'
import { groupOf, qqNumberOf, type JoinRequest } from '../places/groups.js'
import { findPeer } from '../places/peers.js'
import type { Peer, World } from '../world/world.js'

/**
 * A rule that lets listed users into groups by itself
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}). Moments are ms since
 * the epoch.
 */
export interface Strategy {
  readonly id: string
  readonly bot: string
  /** Either openids or numbers of groups. */
  readonly by: 'group_openids' | 'group_ids'
  readonly groups: Set<string>
  readonly users: Set<string>
  enabled: boolean
  expiresAt: number
  readonly createdAt: number
  updatedAt: number
  remark: string
}

const covers = (strategy: Strategy, peer: Peer): boolean =>
  strategy.bot === peer.bot &&
  strategy.groups.has(strategy.by === 'group_openids' ? peer.id : qqNumberOf('group', peer.name))

/** What kind of ids the list has is not documented: QQ numbers and member openids both count. */
const lists = ({ users }: Strategy, { name, memberId }: JoinRequest): boolean =>
  users.has(memberId) || users.has(qqNumberOf('user', name))

const isLive = (world: World, { enabled, expiresAt }: Strategy): boolean => enabled && expiresAt > world.now

/** The strategy that accepts an applicant, if one does. */
export const strategyFor = (world: World, peer: Peer, request: JoinRequest): Strategy | undefined =>
  [...world.strategies.values()].find(
    (strategy) => isLive(world, strategy) && covers(strategy, peer) && lists(strategy, request),
  )

/** Lets everyone in who waits and is listed, 10 minutes after it was asked for (§5.8). */
export const runStrategy = (world: World, id: string): void => {
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

/** Whether a bot may name these groups: openids must be of groups that it is in. */
export const knowsGroups = (
  world: World,
  bot: string,
  by: Strategy['by'],
  groups: readonly string[],
): boolean => by === 'group_ids' || groups.every((id) => findPeer(world, bot, 'group', id)?.present === true)
