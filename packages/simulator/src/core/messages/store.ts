import { guildMessageId, messageId, referenceIndex } from '../ids.js'
import { record, type Bot, type Peer, type StoredMessage, type World } from '../world.js'
import { visibleText } from './content.js'
import { keepMessage } from './keep.js'

/** Puts a message of the bot in front of people. */
export const storeSent = (
  world: World,
  bot: Bot,
  peer: Peer,
  body: Readonly<Record<string, unknown>>,
  replyTo: string | null,
): StoredMessage => {
  const guild = peer.scene === 'channel' || peer.scene === 'dm'
  const message = keepMessage(world, {
    id: guild ? guildMessageId(world.random) : messageId(world.random),
    bot: bot.appId,
    direction: 'out',
    scene: peer.scene,
    peerId: peer.id,
    peer: peer.name,
    authorId: bot.userId,
    author: bot.name,
    content: visibleText(body),
    at: world.now,
    payload: body,
    recalled: false,
    refIdx: referenceIndex(world.random),
  })
  record(world, {
    kind: 'message',
    direction: 'out',
    bot: bot.appId,
    scene: peer.scene,
    peer: peer.name,
    peerId: peer.id,
    author: bot.name,
    id: message.id,
    content: message.content,
    payload: body,
    replyTo,
    change: 'sent',
  })
  return message
}
