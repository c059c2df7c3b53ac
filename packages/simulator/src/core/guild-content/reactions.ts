import * as v from 'valibot'

import type { Bot } from '../bot/state.js'
import { publish } from '../events/publish.js'
import { type ChannelHandler, inChannel } from '../guild/in-guild.js'
import type { GuildWorld, Reactions } from '../guild/state.js'
import { empty, ok, refuse } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { numberText, readFields } from '../http/fields.js'
import { pageAfter } from '../http/pages.js'
import { putBounded } from '../kernel/bounded-map.js'
import { eventId } from '../kernel/ids.js'
import { record } from '../kernel/kernel.js'
import { keepAnchor } from '../messages/anchor.js'
import type { ChannelPlace } from '../places/channels.js'
import type { GuildMemberState } from '../places/guild-state.js'

/**
 * An emoji as paths and events name it: a system emoji by number, a unicode emoji by character or code point (§4.8).
 */
export interface Emoji {
  /** 1 system, 2 unicode. */
  readonly type: 1 | 2
  readonly id: string
}

/**
 * CONFLICT: a unicode emoji is named by character or by decimal code point (§5.10); the simulator treats both as equal.
 */
export const unicodeEmoji = (name: string): Emoji => ({
  type: 2,
  id: /^\d+$/.test(name) ? name : String(name.codePointAt(0)),
})

const keyOf = ({ type, id }: Emoji): string => `${type} ${id}`

/** Most kinds of emoji on one message; the real limit is not documented. */
const MAX_KINDS = 20

/** Members who reacted with an emoji, by user id. */
const reactedWith = (
  world: GuildWorld,
  message: string,
  emoji: Emoji,
): ReadonlyMap<string, GuildMemberState> => world.reactions.get(message)?.get(keyOf(emoji)) ?? new Map()

const publishReaction = (
  world: GuildWorld,
  bot: Bot,
  { guild, peer }: ChannelPlace,
  change: 'ADD' | 'REMOVE',
  what: { readonly message: string; readonly emoji: Emoji; readonly member: GuildMemberState },
): string => {
  const t = `MESSAGE_REACTION_${change}`
  const id = eventId(world.random, t)
  const person = what.member.name
  record(world, {
    kind: 'reaction',
    change: change === 'ADD' ? 'added' : 'removed',
    bot: bot.appId,
    scene: 'channel',
    peer: peer.name,
    peerId: peer.id,
    author: person,
    message: what.message,
    emoji: what.emoji.type === 1 ? what.emoji.id : String.fromCodePoint(Number(what.emoji.id)),
    ...(what.member.bot ? { byBot: true } : {}),
  })
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

/** The result of a reaction: the outer `id` of its event, or a code of §2.8. */
export type Reacted = { readonly eventId: string } | { readonly code: number }

/** Adds or removes a reaction of a member to a message. */
type ReactionChange = (
  world: GuildWorld,
  bot: Bot,
  place: ChannelPlace,
  message: string,
  emoji: Emoji,
  member: GuildMemberState,
) => Reacted

/** Adds a reaction to a message, once per member and emoji. */
export const react: ReactionChange = (world, bot, place, message, emoji, member) => {
  const all: Reactions = world.reactions.get(message) ?? new Map()
  const users = all.get(keyOf(emoji)) ?? new Map<string, GuildMemberState>()
  if (users.has(member.id)) return { code: 620003 }
  if (users.size === 0 && all.size >= MAX_KINDS) return { code: 620002 }
  users.set(member.id, member)
  all.set(keyOf(emoji), users)
  putBounded(world.reactions, message, all, world.settings.memory)
  return { eventId: publishReaction(world, bot, place, 'ADD', { message, emoji, member }) }
}

/** Removes a reaction. */
export const unreact: ReactionChange = (world, bot, place, message, emoji, member) => {
  const all = world.reactions.get(message)
  const users = all?.get(keyOf(emoji))
  if (!users?.delete(member.id)) return { code: 620004 }
  if (users.size === 0) all?.delete(keyOf(emoji))
  return { eventId: publishReaction(world, bot, place, 'REMOVE', { message, emoji, member }) }
}

/** The emoji of a path. */
const emojiOf = (type: string, id: string): Emoji | null => {
  if (type === '1') return /^\d{1,9}$/.test(id) ? { type: 1, id } : null
  return type === '2' && /^(?:\d{1,7}|\P{ASCII}{1,16})$/u.test(id) ? unicodeEmoji(id) : null
}

/** Resolves `/channels/{}/messages/{}/reactions/{}/{}`: the message and the emoji, or a refusal. */
const onMessage = (
  handler: (...given: [...Parameters<ChannelHandler>, string, Emoji]) => ReturnType<ChannelHandler>,
): Handler<GuildWorld> =>
  inChannel((world, context, place) => {
    const [, id = '', type = '', emojiId = ''] = context.params
    const message = world.messages.get(id)
    const emoji = emojiOf(type, emojiId)
    const there = message?.peerId === place.peer.id && !message.recalled
    return there && emoji ? handler(world, context, place, id, emoji) : refuse(world, 620001)
  })

const change = (how: ReactionChange): Handler<GuildWorld> =>
  onMessage((world, { bot }, place, message, emoji) => {
    const self = place.guild.members.get(bot.userId)
    if (!self) return refuse(world, 620005)
    const done = how(world, bot, place, message, emoji, self)
    return 'code' in done ? refuse(world, done.code) : empty(204)
  })

/** `PUT` and `DELETE` of the bot's own reaction (§5.10). */
export const addReaction: Handler<GuildWorld> = change(react)
export const removeReaction: Handler<GuildWorld> = change(unreact)

const shown = ({ id, name, bot }: GuildMemberState): Readonly<Record<string, unknown>> => ({
  id,
  username: name,
  avatar: bot ? 'https://example.test/bot.png' : 'https://example.test/avatar.png',
})

const querySchema = v.object({
  cookie: v.optional(v.string(), ''),
  limit: v.optional(numberText(1, 50), '20'),
})

/** An opaque cookie: the page size of the first page, and the start of the next page. */
const COOKIE = /^(\d{1,2})-(\d*)$/

const readCookie = (cookie: string): { readonly size: number; readonly after: string } | null => {
  const [, size = '', after = ''] = COOKIE.exec(Buffer.from(cookie, 'base64url').toString('latin1')) ?? []
  return size === '' ? null : { size: Number(size), after }
}

const listUsers = (
  world: GuildWorld,
  users: ReadonlyMap<string, GuildMemberState>,
  query: URLSearchParams,
): ReturnType<ChannelHandler> => {
  const read = readFields(querySchema, Object.fromEntries(query), 620001)
  if ('code' in read) return refuse(world, read.code)
  const { cookie, limit } = read.value
  // `limit` applies to the first page only.
  const from = cookie === '' ? { size: limit, after: '' } : readCookie(cookie)
  if (!from) return refuse(world, 620001)
  const { items, next } = pageAfter(users, from.after, from.size)
  return ok({
    users: items.map(shown),
    cookie: next === '' ? '' : Buffer.from(`${from.size}-${next}`).toString('base64url'),
    is_end: next === '',
  })
}

/** `GET` of the users who reacted with an emoji: 20 a page, at most 50 (§5.10). */
export const listReactions: Handler<GuildWorld> = onMessage((world, { query }, _place, message, emoji) =>
  listUsers(world, reactedWith(world, message, emoji), query),
)
