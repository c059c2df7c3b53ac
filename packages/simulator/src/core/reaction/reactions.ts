import type { ChannelPlace } from '../channel/channels.js'
import { putBounded } from '../bounded-map.js'
import { publish } from '../gateway/events.js'
import type { GuildMember } from '../guild/guild-state.js'
import { eventId } from '../ids.js'
import { keepAnchor } from '../people/say.js'
import type { Bot, World } from '../world.js'

/** An emoji as paths and events name it: system by number, unicode by itself or its code point (§4.8). */
export interface Emoji {
  /** 1 system, 2 unicode. */
  readonly type: 1 | 2
  readonly id: string
}

/** CONFLICT: a unicode emoji is named by itself or by its decimal code point (§5.10); here both are the same one. */
export const unicodeEmoji = (name: string): Emoji => ({
  type: 2,
  id: /^\d+$/.test(name) ? name : String(name.codePointAt(0)),
})

/** Who reacted to a message: members by emoji, then by user id. */
export type Reactions = Map<string, Map<string, GuildMember>>

const keyOf = ({ type, id }: Emoji): string => `${type} ${id}`

/** Kinds of emoji that one message takes. The number is not documented. */
const KINDS = 20

/** Who reacted with an emoji. */
export const reactedWith = (world: World, message: string, emoji: Emoji): ReadonlyMap<string, GuildMember> =>
  world.reactions.get(message)?.get(keyOf(emoji)) ?? new Map()

const tell = (
  world: World,
  bot: Bot,
  { guild, peer }: ChannelPlace,
  change: 'ADD' | 'REMOVE',
  what: { readonly message: string; readonly emoji: Emoji; readonly member: GuildMember },
): string => {
  const t = `MESSAGE_REACTION_${change}`
  const id = eventId(world.random, t)
  const person = what.member.name
  keepAnchor(world, { id, kind: 'event', bot: bot.appId, scene: 'channel', peerId: peer.id, person, t })
  return publish(world, bot, {
    t,
    id,
    peer,
    person,
    guildId: guild.id,
    d: {
      user_id: what.member.id,
      guild_id: guild.id,
      channel_id: peer.id,
      // CONFLICT: a number in the docs, a name in one client (§4.8).
      target: { id: what.message, type: 0 },
      emoji: { id: what.emoji.id, type: what.emoji.type },
    },
  })
}

/** What came of it: the outer `id` of the event, or a code of §2.8. */
export type Reacted = { readonly eventId: string } | { readonly code: number }

/** Someone reacts to a message, once with each emoji. */
export const react = (
  world: World,
  bot: Bot,
  place: ChannelPlace,
  message: string,
  emoji: Emoji,
  member: GuildMember,
): Reacted => {
  const all: Reactions = world.reactions.get(message) ?? new Map()
  const users = all.get(keyOf(emoji)) ?? new Map<string, GuildMember>()
  if (users.has(member.id)) return { code: 620003 }
  if (users.size === 0 && all.size >= KINDS) return { code: 620002 }
  users.set(member.id, member)
  all.set(keyOf(emoji), users)
  putBounded(world.reactions, message, all, world.settings.memory)
  return { eventId: tell(world, bot, place, 'ADD', { message, emoji, member }) }
}

/** Someone takes a reaction back. */
export const unreact = (
  world: World,
  bot: Bot,
  place: ChannelPlace,
  message: string,
  emoji: Emoji,
  member: GuildMember,
): Reacted => {
  const all = world.reactions.get(message)
  const users = all?.get(keyOf(emoji))
  if (!users?.delete(member.id)) return { code: 620004 }
  if (users.size === 0) all?.delete(keyOf(emoji))
  return { eventId: tell(world, bot, place, 'REMOVE', { message, emoji, member }) }
}
