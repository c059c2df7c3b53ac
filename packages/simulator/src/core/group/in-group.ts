import { type Answer, refuse } from '../http/answers.js'
import type { CallContext, Handler } from '../http/call-context.js'
import { isGroupAdmin, groupOf } from '../places/groups.js'
import { findPeer } from '../places/peers.js'
import type { GroupState, Peer } from '../places/state.js'
import type { GroupWorld } from './state.js'

/** The group of a call, as handlers receive it. */
export interface GroupPlace {
  readonly peer: Peer
  readonly group: GroupState
}

/** Executes a call on a group that the bot is in. */
export type GroupHandler = (world: GroupWorld, context: CallContext, place: GroupPlace) => Answer

/** A call that needs group management; other bots get 11253 (§2.8, §5.8). */
export const groupPrivilege =
  (handler: Handler<GroupWorld>): Handler<GroupWorld> =>
  (world, context) =>
    context.bot.groupManagement ? handler(world, context) : refuse(world, 11253)

/** A call whose first parameter is the group. */
export const inGroup = (handler: GroupHandler): Handler<GroupWorld> =>
  groupPrivilege((world, context) => {
    const peer = findPeer(world, context.bot.appId, 'group', context.params[0] ?? '')
    if (!peer?.present) return refuse(world, 40034101)
    return handler(world, context, { peer, group: groupOf(world, peer) })
  })

/** A call that only an admin of the group may make (§2.8: 11282). */
export const asGroupAdmin = (handler: GroupHandler): Handler<GroupWorld> =>
  inGroup((world, context, place) =>
    isGroupAdmin(world, place.peer) ? handler(world, context, place) : refuse(world, 11282),
  )
