import { refuse, type Answer } from '../http/answers.js'
import type { CallContext, Handler } from '../http/call-context.js'
import { botIsAdmin, groupOf, type Group } from '../places/groups.js'
import { findPeer } from '../places/peers.js'
import type { Peer, World } from '../world/world.js'

/** A group as its handlers get it. */
export interface GroupPlace {
  readonly peer: Peer
  readonly group: Group
}

/** Executes a call on a group that the bot is in. */
export type GroupHandler = (world: World, context: CallContext, place: GroupPlace) => Answer

/** Group calls are opened to bots one by one: 11253 for the others (§2.8, §5.8). */
export const groupPrivilege =
  (handler: Handler): Handler =>
  (world, context) =>
    context.bot.groupManagement ? handler(world, context) : refuse(world, 11253)

/** A call whose first parameter is the group. */
export const inGroup = (handler: GroupHandler): Handler =>
  groupPrivilege((world, context) => {
    const peer = findPeer(world, context.bot.appId, 'group', context.params[0] ?? '')
    if (!peer?.present) return refuse(world, 40034101)
    return handler(world, context, { peer, group: groupOf(world, peer) })
  })

/** A call that only an admin of the group may make (§2.8: 11282). */
export const asGroupAdmin = (handler: GroupHandler): Handler =>
  inGroup((world, context, place) =>
    botIsAdmin(world, place.peer) ? handler(world, context, place) : refuse(world, 11282),
  )
