import * as v from 'valibot'

import type { GuildMember } from '../guild/guild-state.js'
import { inChannel, type ChannelHandler } from '../guild/in-guild.js'
import { empty, ok, refuse } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { numberText, readFields } from '../http/fields.js'
import { pageAfter } from '../http/pages.js'
import type { World } from '../world.js'
import { react, reactedWith, unicodeEmoji, unreact, type Emoji } from './reactions.js'

/** The emoji of a path. */
const emojiOf = (type: string, id: string): Emoji | null => {
  if (type === '1') return /^\d{1,9}$/.test(id) ? { type: 1, id } : null
  return type === '2' && /^(?:\d{1,7}|\P{ASCII}{1,16})$/u.test(id) ? unicodeEmoji(id) : null
}

/** What a path says, `/channels/{}/messages/{}/reactions/{}/{}`: message and emoji, if there are such. */
const onMessage = (
  handler: (...given: [...Parameters<ChannelHandler>, string, Emoji]) => ReturnType<ChannelHandler>,
): Handler =>
  inChannel((world, context, place) => {
    const [, id = '', type = '', emojiId = ''] = context.params
    const message = world.messages.get(id)
    const emoji = emojiOf(type, emojiId)
    const there = message?.peerId === place.peer.id && !message.recalled
    return there && emoji ? handler(world, context, place, id, emoji) : refuse(world, 620001)
  })

const change = (how: typeof react): Handler =>
  onMessage((world, { bot }, place, message, emoji) => {
    const self = place.guild.members.get(bot.userId)
    if (!self) return refuse(world, 620005)
    const done = how(world, bot, place, message, emoji, self)
    return 'code' in done ? refuse(world, done.code) : empty(204)
  })

/** `PUT` and `DELETE` of the bot's own reaction (§5.10). */
export const addReaction: Handler = change(react)
export const removeReaction: Handler = change(unreact)

const shown = ({ id, name, bot }: GuildMember): Readonly<Record<string, unknown>> => ({
  id,
  username: name,
  avatar: bot ? 'https://example.test/bot.png' : 'https://example.test/avatar.png',
})

const QUERY = v.object({ cookie: v.optional(v.string(), ''), limit: v.optional(numberText(1, 50), '20') })

/** A cookie carries the page size of the first page and where the next one starts; it is opaque. */
const COOKIE = /^(\d{1,2})-(\d*)$/

const readCookie = (cookie: string): { readonly size: number; readonly after: string } | null => {
  const [, size = '', after = ''] = COOKIE.exec(Buffer.from(cookie, 'base64url').toString('latin1')) ?? []
  return size === '' ? null : { size: Number(size), after }
}

const listUsers = (
  world: World,
  users: ReadonlyMap<string, GuildMember>,
  query: URLSearchParams,
): ReturnType<ChannelHandler> => {
  const read = readFields(QUERY, Object.fromEntries(query), 620001)
  if ('code' in read) return refuse(world, read.code)
  const { cookie, limit } = read.value
  // The limit counts for the first page only.
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
export const listReactions: Handler = onMessage((world, { query }, _place, message, emoji) =>
  listUsers(world, reactedWith(world, message, emoji), query),
)
