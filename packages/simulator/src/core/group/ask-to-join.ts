import { ImpossibleError } from '../kernel/impossible.js'
import { happen } from '../actions/lifecycle.js'
import type { Bot } from '../bot/state.js'
import { publish } from '../events/publish.js'
import { putBounded } from '../kernel/bounded-map.js'
import { drawHex } from '../kernel/random.js'
import { isGroupAdmin, groupOf } from '../places/groups.js'
import { personIdOf } from '../places/peers.js'
import type { Application, JoinRequest, Peer } from '../places/state.js'
import { joinRequestObject } from './join-requests.js'
import type { GroupWorld } from './state.js'
import { strategyFor } from './strategy.js'

/** A filed application. */
export interface Applied {
  /** `join_request_id`. */
  readonly id: string
  /**
   * The outer `id` of GROUP_JOIN_REQUEST; `null` when the bot is no admin and gets no event
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-1 §4.1}).
   */
  readonly eventId: string | null
  /**
   * The strategy that admitted the applicant at once, if any
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  readonly strategy: string | null
}

/**
 * A person applies to join a group (§4.4).
 *
 * @throws RangeError for members and people on the blacklist
 */
export const askToJoin = (
  world: GroupWorld,
  bot: Bot,
  peer: Peer,
  name: string,
  application: Application,
): Applied => {
  const group = groupOf(world, peer)
  const memberId = personIdOf(bot.appId, 'group', peer.name, name)
  if (group.members.has(memberId))
    throw new ImpossibleError(
      `"${name}" is already in the group ${peer.name}`,
      `“${name}”已经在群 ${peer.name} 里`,
    )
  if (group.blacklist.has(memberId))
    throw new ImpossibleError(
      `"${name}" is on the blacklist of the group ${peer.name}`,
      `“${name}”在群 ${peer.name} 的黑名单里`,
    )
  group.known.set(memberId, name)
  // Long and url-safe (§4.4).
  const id = `JR_${drawHex(world.random, 64)}`
  const request: JoinRequest = { id, name, memberId, at: world.now, application }
  const strategy = strategyFor(world, peer, request)?.id ?? null
  if (strategy === null) putBounded(group.requests, id, request, world.settings.memory)
  const d = {
    ...joinRequestObject(peer, request),
    ...(strategy === null ? {} : { auto_approved: { strategy_id: strategy } }),
  }
  const eventId = isGroupAdmin(world, peer)
    ? publish(world, bot, { t: 'GROUP_JOIN_REQUEST', d, peer, person: name })
    : null
  if (strategy !== null) happen(world, bot, peer, 'member-join', name)
  return { id, eventId, strategy }
}
