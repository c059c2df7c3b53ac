import { putBounded } from '../bounded-map.js'
import { ok, refuse } from '../http/answers.js'
import type { CallContext, Handler } from '../http/call-context.js'
import { visibleText } from '../messages/content.js'
import { guildMessage } from '../messages/send.js'
import { findPeer } from '../people/peers.js'
import type { Peer, StoredMessage, World } from '../world.js'

const find = (
  world: World,
  { bot, params }: CallContext,
): { readonly peer: Peer; readonly message: StoredMessage } | null => {
  const peer = findPeer(world, bot.appId, 'channel', params[0] ?? '')
  const message = world.messages.get(params[1] ?? '')
  return peer && message?.peerId === peer.id && !message.recalled ? { peer, message } : null
}

/** `GET /channels/{}/messages/{}` (§5.10). */
export const getMessage: Handler = (world, context) => {
  const found = find(world, context)
  if (!found) return refuse(world, 306002)
  const { peer, message } = found
  const own = message.direction === 'out'
  return ok({ message: own ? guildMessage(world, context.bot, peer, message) : message.payload })
}

/** `PATCH /channels/{}/messages/{}`: own messages with a keyboard only (§5.10). */
export const editMessage: Handler = (world, context) => {
  const found = find(world, context)
  if (!found) return refuse(world, 306002)
  const { peer, message } = found
  const payload = message.payload as Readonly<Record<string, unknown>>
  if (message.direction !== 'out') return refuse(world, 50051)
  if (payload['keyboard'] === undefined) return refuse(world, 50049)
  const next = { ...payload, ...context.body }
  const edited = { ...message, payload: next, content: visibleText(next) }
  putBounded(world.messages, message.id, edited, world.settings.memory)
  return ok(guildMessage(world, context.bot, peer, edited))
}
