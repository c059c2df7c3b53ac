import type { Bot } from '../bot/state.js'
import { isWanted, publish } from '../events/publish.js'
import { numericIdOf } from '../kernel/ids.js'
import { record } from '../kernel/kernel.js'
import type { Peer } from '../places/state.js'
import type { MessagesWorld, StoredMessage } from './state.js'

/** A message as delete events show it (§4.6). */
const shown = (bot: Bot, peer: Peer, message: StoredMessage): Readonly<Record<string, unknown>> => {
  const own = message.direction === 'out'
  const dm = peer.scene === 'dm'
  return {
    id: message.id,
    guild_id: dm ? peer.id : peer.guildId,
    channel_id: dm ? numericIdOf(bot.appId, 'dm channel', peer.name) : peer.id,
    author: { id: own ? bot.userId : message.authorId, username: message.author, bot: own },
    ...(dm ? { direct_message: true, src_guild_id: peer.guildId } : {}),
  }
}

/** The events of a recall; C2C and groups have none (§4.6). */
const eventsOf = (world: MessagesWorld, bot: Bot, peer: Peer, message: StoredMessage): readonly string[] => {
  if (peer.scene === 'dm') return ['DIRECT_MESSAGE_DELETE']
  if (peer.scene !== 'channel') return []
  const mentioned = message.direction === 'out' || world.anchors.get(message.id)?.t === 'AT_MESSAGE_CREATE'
  // Events of messages without a mention only go to private bots that asked for all messages (§3.8).
  if (!mentioned) return bot.privateDomain ? ['MESSAGE_DELETE'] : []
  const all = isWanted(world, bot, { t: 'MESSAGE_DELETE', d: null, guildId: peer.guildId })
  return ['PUBLIC_MESSAGE_DELETE', ...(all ? ['MESSAGE_DELETE'] : [])]
}

/** Recalls a message. `operator` is the user id of the actor. */
export const withdraw = (
  world: MessagesWorld,
  bot: Bot,
  peer: Peer,
  message: StoredMessage,
  operator: string,
): void => {
  message.recalled = true
  record(world, {
    kind: 'message',
    direction: message.direction,
    bot: bot.appId,
    scene: peer.scene,
    peer: peer.name,
    peerId: peer.id,
    author: message.author,
    id: message.id,
    content: message.content,
    payload: null,
    files: [],
    refIdx: message.refIdx,
    replyTo: message.replyTo,
    change: 'recalled',
    ...(operator === bot.userId || message.direction === 'out' ? { byBot: true } : {}),
  })
  const d = { message: shown(bot, peer, message), op_user: { id: operator } }
  for (const t of eventsOf(world, bot, peer, message))
    publish(world, bot, { t, d, peer, person: message.author, guildId: peer.guildId })
}
