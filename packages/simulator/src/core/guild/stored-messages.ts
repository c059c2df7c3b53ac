import { ok, refuse } from '../http/answers.js'
import type { CallContext, Handler } from '../http/call-context.js'
import { visibleText } from '../messages/content.js'
import { keepMessage } from '../messages/keep.js'
import { lengthCode } from '../messages/length.js'
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

/** What an edit can change (§5.10); anything else is not kept. */
const EDITABLE = ['content', 'embed', 'ark', 'image', 'markdown', 'keyboard'] as const

/** `PATCH /channels/{}/messages/{}`: own messages with a keyboard only (§5.10). */
export const editMessage: Handler = (world, context) => {
  const found = find(world, context)
  if (!found) return refuse(world, 306002)
  const { peer, message } = found
  const payload = message.payload as Readonly<Record<string, unknown>>
  if (message.direction !== 'out') return refuse(world, 50051)
  if (payload['keyboard'] === undefined) return refuse(world, 50049)
  const code = lengthCode(world, context)
  if (code !== null) return refuse(world, code)
  const changes = EDITABLE.flatMap((field) =>
    context.body[field] === undefined ? [] : [[field, context.body[field]] as const],
  )
  const next: Readonly<Record<string, unknown>> = { ...payload, ...Object.fromEntries(changes) }
  const edited = keepMessage(world, { ...message, payload: next, content: visibleText(next) })
  return ok(guildMessage(world, context.bot, peer, edited))
}
