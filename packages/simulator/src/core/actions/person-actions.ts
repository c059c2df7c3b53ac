import { ImpossibleError } from '../kernel/impossible.js'
import type { Bot } from '../bot/state.js'
import { type Emoji, react, unicodeEmoji, unreact } from '../guild-content/reactions.js'
import { timestampText } from '../kernel/time.js'
import { textOf, turnMenuSwitch } from '../menu/menu.js'
import { withdraw } from '../messages/withdraw.js'
import { channelOf } from '../places/channels.js'
import { groupOf } from '../places/groups.js'
import { findGuild } from '../places/guilds.js'
import { isAdmin, memberNamed } from '../places/members.js'
import { personIdOf } from '../places/peers.js'
import type { Peer } from '../places/state.js'
import { type Said, say } from './say.js'
import type { ActionsWorld } from './state.js'

/** End of a person's mute in this conversation, in ms since the epoch; 0 without a mute (§5.8, §5.11). */
const mutedUntil = (world: ActionsWorld, peer: Peer, name: string): number => {
  const id = personIdOf(peer.bot, peer.scene, peer.name, name)
  if (peer.scene === 'group') return groupOf(world, peer).members.get(id)?.mutedUntil ?? 0
  const guild = peer.scene === 'channel' ? findGuild(world, peer.bot, peer.guildId ?? '') : undefined
  if (!guild) return 0
  const member = guild.members.get(id)
  return isAdmin(member) ? 0 : Math.max(guild.mutedUntil, member?.mutedUntil ?? 0)
}

/**
 * Refuses messages of muted people.
 *
 * @throws RangeError when the person is muted
 */
export const checkMaySpeak = (world: ActionsWorld, peer: Peer, name: string): void => {
  const until = mutedUntil(world, peer, name)
  if (until > world.now) {
    const end = timestampText(until)
    throw new ImpossibleError(`"${name}" is muted until ${end}`, `“${name}”被禁言到 ${end}`)
  }
}

const emojiNamed = (name: string): Emoji => (/^\d+$/.test(name) ? { type: 1, id: name } : unicodeEmoji(name))

/**
 * A person adds a reaction to a message of a channel, or removes it. Returns the outer `id` of the event.
 *
 * @throws RangeError when the reaction is impossible
 */
export const reactAs = (
  world: ActionsWorld,
  bot: Bot,
  peer: Peer,
  name: string,
  message: string,
  emoji: string,
  change: 'add' | 'remove',
): string => {
  if (peer.scene !== 'channel')
    throw new ImpossibleError(`reactions do not exist in the scene ${peer.scene}`, '只有子频道里有表情表态')
  if (world.messages.get(message)?.peerId !== peer.id)
    throw new ImpossibleError(
      `there is no message ${message} in the channel ${peer.name}`,
      `子频道 ${peer.name} 里没有消息 ${message}`,
    )
  const place = channelOf(world, peer)
  const member = memberNamed(world, place.guild, name)
  const done = (change === 'add' ? react : unreact)(world, bot, place, message, emojiNamed(emoji), member)
  if ('code' in done)
    throw new ImpossibleError(
      `"${name}" cannot ${change} the reaction ${emoji}: ${done.code}`,
      `“${name}”无法${change === 'add' ? '添加' : '取消'}表态 ${emoji}：${done.code}`,
    )
  return done.eventId
}

/**
 * A person recalls a message.
 *
 * @throws RangeError when the message is not the person's own
 */
export const recallAs = (world: ActionsWorld, bot: Bot, peer: Peer, name: string, id: string): void => {
  const message = world.messages.get(id)
  const operator = personIdOf(bot.appId, peer.scene, peer.name, name)
  const theirs = message?.peerId === peer.id && message.direction === 'in' && message.authorId === operator
  if (!message || !theirs || message.recalled)
    throw new ImpossibleError(
      `there is no message ${id} of "${name}" in ${peer.scene} ${peer.name}`,
      `${peer.name} 里没有“${name}”的消息 ${id}`,
    )
  withdraw(world, bot, peer, message, operator)
}

/**
 * A user chooses an item of the menu. A text item sends its text, a switch turns and sends its name, a link only opens.
 *
 * @throws RangeError when the item does not exist
 */
export const choose = (
  world: ActionsWorld,
  bot: Bot,
  peer: Peer,
  person: string,
  name: string,
): Said | null => {
  const items = peer.scene === 'c2c' ? (world.menus.get(bot.appId)?.items ?? []) : []
  const chosen = items
    .flatMap((item) => [item, ...(item.sub_menu_items ?? [])])
    .find((item) => item.name === name && item.type !== 'menu')
  if (!chosen)
    throw new ImpossibleError(
      `the menu of ${bot.name} has no item "${name}"`,
      `${bot.name} 的菜单里没有“${name}”`,
    )
  if (chosen.type === 'send_message') return say(world, bot, peer, person, textOf(chosen.send_message))
  if (!('switch' in chosen) || !chosen.switch) return null
  turnMenuSwitch(world, peer, chosen.switch)
  // Turning a switch sends a message, which is marked while the switch is on. The real text is unknown; the simulator
  // sends the name (§5.9).
  return say(world, bot, peer, person, name)
}
