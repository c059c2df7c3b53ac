import { channelOf } from '../channel/channels.js'
import { memberNamed } from '../guild/members.js'
import { withdraw } from '../messages/withdraw.js'
import { react, unicodeEmoji, unreact, type Emoji } from '../reaction/reactions.js'
import type { Bot, Peer, World } from '../world.js'
import { personIdOf } from './peers.js'

const emojiNamed = (name: string): Emoji => (/^\d+$/.test(name) ? { type: 1, id: name } : unicodeEmoji(name))

/**
 * A person reacts to a message of a channel, or takes it back. Returns the outer `id` of the event.
 *
 * @throws RangeError when it cannot be
 */
export const reactAs = (
  world: World,
  bot: Bot,
  peer: Peer,
  name: string,
  message: string,
  emoji: string,
  change: 'add' | 'remove',
): string => {
  if (peer.scene !== 'channel') throw new RangeError(`there are no reactions in the scene ${peer.scene}`)
  if (world.messages.get(message)?.peerId !== peer.id)
    throw new RangeError(`there is no message ${message} in the channel ${peer.name}`)
  const place = channelOf(world, peer)
  const member = memberNamed(world, place.guild, name)
  const done = (change === 'add' ? react : unreact)(world, bot, place, message, emojiNamed(emoji), member)
  if ('code' in done) throw new RangeError(`"${name}" cannot ${change} the reaction ${emoji}: ${done.code}`)
  return done.eventId
}

/**
 * A person takes a message back.
 *
 * @throws RangeError when it is none of theirs
 */
export const recallAs = (world: World, bot: Bot, peer: Peer, name: string, id: string): void => {
  const message = world.messages.get(id)
  const operator = personIdOf(bot.appId, peer.scene, peer.name, name)
  const theirs = message?.peerId === peer.id && message.direction === 'in' && message.authorId === operator
  if (!message || !theirs || message.recalled)
    throw new RangeError(`there is no message ${id} of "${name}" in ${peer.scene} ${peer.name}`)
  withdraw(world, bot, peer, message, operator)
}
