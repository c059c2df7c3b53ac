import { type Answer, empty, refuse } from '../http/answers.js'
import type { CallContext, Handler } from '../http/call-context.js'
import { isGroupAdmin } from '../places/groups.js'
import { findPeer } from '../places/peers.js'
import { RECALL_WINDOW } from '../rules/limits.js'
import type { Scene } from '../rules/scene.js'
import type { MessagesWorld } from './state.js'
import { withdraw } from './withdraw.js'

/** The codes of the two generations of recall calls (§2.8). */
export const recallCodes: Readonly<
  Record<Scene, { readonly unknown: number; readonly foreign: number; readonly late: number }>
> = {
  c2c: { unknown: 40061002, foreign: 40062003, late: 40064004 },
  group: { unknown: 40061002, foreign: 40062003, late: 40064004 },
  channel: { unknown: 306002, foreign: 306004, late: 306011 },
  dm: { unknown: 306002, foreign: 306004, late: 306011 },
}

const recall = (world: MessagesWorld, { bot, params }: CallContext, scene: Scene): Answer => {
  const codes = recallCodes[scene]
  const [peerId = '', id = ''] = params
  const peer = findPeer(world, bot.appId, scene, peerId)
  const message = world.messages.get(id)
  if (
    !peer ||
    !message ||
    message.bot !== bot.appId ||
    message.scene !== scene ||
    message.peerId !== peer.id
  ) {
    return refuse(world, codes.unknown)
  }
  const guild = scene === 'channel' || scene === 'dm'
  // Guild recalls need a private bot; members' messages need an admin, which a bot in C2C never is (§5.6).
  if (guild && !bot.privateDomain) return refuse(world, 11253)
  const others = scene === 'channel' || (scene === 'group' && isGroupAdmin(world, peer))
  if (message.direction === 'in' && !others) return refuse(world, codes.foreign)
  if (message.recalled) return refuse(world, codes.unknown)
  if (message.direction === 'out' && world.now - message.at > RECALL_WINDOW) return refuse(world, codes.late)
  withdraw(world, bot, peer, message, bot.userId)
  return empty(200)
}

/** `DELETE` of a message, one handler per scene (§5.6). */
export const recallHandlers: Readonly<Record<Scene, Handler<MessagesWorld>>> = {
  c2c: (world, context) => recall(world, context, 'c2c'),
  group: (world, context) => recall(world, context, 'group'),
  channel: (world, context) => recall(world, context, 'channel'),
  dm: (world, context) => recall(world, context, 'dm'),
}
