import * as v from 'valibot'

import type { Bot } from '../bot/state.js'
import { ok, refuse } from '../http/answers.js'
import type { CallContext, Handler } from '../http/call-context.js'
import { numberText, readFields } from '../http/fields.js'
import { visibleText } from '../messages/content.js'
import { keepMessage } from '../messages/keep.js'
import { lengthCode } from '../messages/length.js'
import { guildMessage } from '../messages/send.js'
import type { StoredMessage } from '../messages/state.js'
import { recordSent } from '../messages/store.js'
import { findPeer } from '../places/peers.js'
import type { Peer } from '../places/state.js'
import { inChannel } from './in-guild.js'
import type { GuildWorld } from './state.js'

const find = (
  world: GuildWorld,
  { bot, params }: CallContext,
): { readonly peer: Peer; readonly message: StoredMessage } | null => {
  const peer = findPeer(world, bot.appId, 'channel', params[0] ?? '')
  const message = world.messages.get(params[1] ?? '')
  return peer && message?.peerId === peer.id && !message.recalled ? { peer, message } : null
}

const shown = (world: GuildWorld, bot: Bot, peer: Peer, message: StoredMessage): unknown =>
  message.direction === 'out' ? guildMessage(world, bot, peer, message) : message.payload

/** `GET /channels/{}/messages/{}` (§5.10). */
export const getMessage: Handler<GuildWorld> = (world, context) => {
  const found = find(world, context)
  if (!found) return refuse(world, 306002)
  return ok({ message: shown(world, context.bot, found.peer, found.message) })
}

const querySchema = v.object({
  around: v.optional(v.string()),
  before: v.optional(v.string()),
  after: v.optional(v.string()),
  limit: v.optional(numberText(1, 20), '20'),
})

type Query = v.InferOutput<typeof querySchema>

/** Start of the page in a list of `count`; `at` is the index of the message in the query. */
const startOf = ({ around, before, after, limit }: Query, at: number, count: number): number => {
  if (around !== undefined) return Math.max(0, at - Math.floor(limit / 2))
  if (before !== undefined) return Math.max(0, at - limit)
  return after === undefined ? Math.max(0, count - limit) : at + 1
}

/** `GET /channels/{}/messages?around|before|after&limit`: at most 20, oldest first (§5.10). */
export const listMessages: Handler<GuildWorld> = inChannel((world, { bot, query }, { peer }) => {
  const read = readFields(querySchema, Object.fromEntries(query), 12002)
  if ('code' in read) return refuse(world, read.code)
  const { around, before, after, limit } = read.value
  const all = [...world.messages.values()].filter(
    ({ peerId, scene, recalled }) => peerId === peer.id && scene === 'channel' && !recalled,
  )
  const named = around ?? before ?? after
  const at = all.findIndex(({ id }) => id === named)
  if (named !== undefined && at < 0) return refuse(world, 306002)
  const start = startOf(read.value, at, all.length)
  const end = around === undefined && before !== undefined ? at : start + limit
  return ok(all.slice(start, end).map((message) => shown(world, bot, peer, message)))
})

/** Fields that an edit can change (§5.10); others are ignored. */
const editableFields = ['content', 'embed', 'ark', 'image', 'markdown', 'keyboard'] as const

/** `PATCH /channels/{}/messages/{}`: only the bot's own messages with a keyboard (§5.10). */
export const editMessage: Handler<GuildWorld> = (world, context) => {
  const found = find(world, context)
  if (!found) return refuse(world, 306002)
  const { peer, message } = found
  const payload = message.payload as Readonly<Record<string, unknown>>
  if (message.direction !== 'out') return refuse(world, 50051)
  if (payload['keyboard'] === undefined) return refuse(world, 50049)
  const code = lengthCode(world, context)
  if (code !== null) return refuse(world, code)
  const changes = editableFields.flatMap((field) =>
    context.body[field] === undefined ? [] : [[field, context.body[field]] as const],
  )
  const next: Readonly<Record<string, unknown>> = { ...payload, ...Object.fromEntries(changes) }
  const edited = keepMessage(world, { ...message, payload: next, content: visibleText(world, peer, next) })
  const { id, replyTo, refIdx } = message
  recordSent(world, context.bot, peer, { id, body: next, replyTo, refIdx, change: 'edited' })
  return ok(guildMessage(world, context.bot, peer, edited))
}
