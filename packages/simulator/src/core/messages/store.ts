import type { Bot } from '../bot/state.js'
import { guildMessageId, messageId, referenceIndex } from '../kernel/ids.js'
import { record } from '../kernel/kernel.js'
import type { MessageEntry } from '../kernel/log-entry.js'
import type { Peer } from '../places/state.js'
import type { Scene } from '../rules/scene.js'
import { visibleText } from './content.js'
import { filesOf } from './contents.js'
import { keepMessage } from './keep.js'
import type { MessagesWorld, StoredMessage } from './state.js'

/** An id for a message of a scene (§8). */
export const newMessageId = (world: MessagesWorld, scene: Scene): string =>
  scene === 'channel' || scene === 'dm' ? guildMessageId(world.random) : messageId(world.random)

/** Stores and logs a sent message of the bot. */
export const storeSent = (
  world: MessagesWorld,
  bot: Bot,
  peer: Peer,
  body: Readonly<Record<string, unknown>>,
  replyTo: string | null,
  id: string = newMessageId(world, peer.scene),
): StoredMessage => {
  const message = keepMessage(world, {
    id,
    bot: bot.appId,
    direction: 'out',
    scene: peer.scene,
    peerId: peer.id,
    peer: peer.name,
    authorId: bot.userId,
    author: bot.name,
    content: visibleText(world, peer, body),
    at: world.now,
    payload: body,
    recalled: false,
    replyTo,
    refIdx: referenceIndex(world.random),
  })
  recordSent(world, bot, peer, { id, body, replyTo, refIdx: message.refIdx, change: 'sent' })
  return message
}

/** Logs a change of a message of the bot. */
export const recordSent = (
  world: MessagesWorld,
  bot: Bot,
  peer: Peer,
  {
    id,
    body,
    replyTo,
    refIdx,
    change,
  }: {
    readonly id: string
    readonly body: Readonly<Record<string, unknown>>
    readonly replyTo: string | null
    readonly refIdx: string | null
    readonly change: MessageEntry['change']
  },
): void =>
  record(world, {
    kind: 'message',
    direction: 'out',
    bot: bot.appId,
    scene: peer.scene,
    peer: peer.name,
    peerId: peer.id,
    author: bot.name,
    id,
    content: visibleText(world, peer, body),
    payload: body,
    files: filesOf(world, body),
    refIdx,
    replyTo,
    change,
  })
