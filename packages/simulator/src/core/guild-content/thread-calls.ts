import * as v from 'valibot'

import { isGuildAdmin, type ChannelHandler, inChannel, privateDomain } from '../guild/in-guild.js'
import type { GuildWorld } from '../guild/state.js'
import { empty, ok, refuse } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { readFields, someText } from '../http/fields.js'
import { drawHex } from '../kernel/random.js'
import { timestampText, unixSeconds } from '../kernel/time.js'
import type { ChannelPlace } from '../places/channels.js'
import type { GuildMemberState, Thread } from '../places/guild-state.js'
import { contentOf } from './rich-text.js'
import { changeThread, FORUM_CHANNEL, publishPost, publishThread, publishReviewResult } from './threads.js'

/** A thread as REST shows it: a plain title, and the content as JSON text of rich text (§4.10). */
const shown = ({ guild, channel }: ChannelPlace, thread: Thread): Readonly<Record<string, unknown>> => ({
  guild_id: guild.id,
  channel_id: channel.id,
  author_id: thread.author,
  thread_info: {
    thread_id: thread.id,
    title: thread.title,
    content: thread.content,
    date_time: timestampText(thread.at),
  },
})

/** A call on a forum channel; only private bots may make it (§5.11). */
const inForum = (
  handler: (...given: [...Parameters<ChannelHandler>, GuildMemberState]) => ReturnType<ChannelHandler>,
): Handler<GuildWorld> =>
  privateDomain(
    inChannel((world, context, place) => {
      const self = place.guild.members.get(context.bot.userId)
      if (place.channel.type !== FORUM_CHANNEL || !self) return refuse(world, 503003)
      return handler(world, context, place, self)
    }, 503003),
  )

/** `GET /channels/{}/threads`, newest first; there are no pages (§5.11). */
export const listThreads: Handler<GuildWorld> = inForum((_world, _context, place) =>
  ok({
    threads: [...place.channel.threads.values()].toReversed().map((thread) => shown(place, thread)),
    is_finish: 1,
  }),
)

const THREAD_ID = /^B_[0-9a-f]+X60-\d+$/

/** A call on one thread: 503009 for a malformed id, 503012 for an unknown one. */
const onThread = (
  handler: (
    ...given: [...Parameters<ChannelHandler>, GuildMemberState, Thread]
  ) => ReturnType<ChannelHandler>,
): Handler<GuildWorld> =>
  inForum((world, context, place, self) => {
    const id = context.params[1] ?? ''
    const thread = place.channel.threads.get(id)
    if (!thread) return refuse(world, THREAD_ID.test(id) ? 503012 : 503009)
    return handler(world, context, place, self, thread)
  })

/** `GET /channels/{}/threads/{}` (§5.11). */
export const getThread: Handler<GuildWorld> = onThread((_world, _context, place, _self, thread) =>
  ok({ thread: shown(place, thread) }),
)

const newThreadSchema = v.object({
  title: v.pipe(v.optional(v.string('503005'), ''), v.nonEmpty('503005'), v.maxLength(1_024, '503020')),
  content: v.pipe(v.optional(v.string('503006'), ''), v.nonEmpty('503006')),
  // 1 text, 2 HTML, 3 markdown, 4 JSON.
  format: v.picklist([1, 2, 3, 4], '503015'),
})

/** `PUT /channels/{}/threads`: it passes review at once (§5.11, §4.10). */
export const createThread: Handler<GuildWorld> = inForum((world, { bot, body }, place, self) => {
  const read = readFields(newThreadSchema, body, 503015)
  if ('code' in read) return refuse(world, read.code)
  const { title, content, format } = read.value
  if (content.length > world.settings.textLimit) return refuse(world, 503017)
  const rich = contentOf(content, format)
  if ('code' in rich) return refuse(world, rich.code)
  const task = drawHex(world.random, 24)
  const { id } = publishThread(world, bot, place, self, { title, content: rich.text })
  publishReviewResult(world, bot, place, id, task)
  return ok({ task_id: task, create_time: String(unixSeconds(world.now)) })
})

/** `DELETE /channels/{}/threads/{}`: the bot's own threads, or any as an admin (§5.11). */
export const deleteThread: Handler<GuildWorld> = onThread((world, context, place, self, thread) => {
  if (thread.author !== self.id && !isGuildAdmin(context, place.guild)) return refuse(world, 11282)
  changeThread(world, context.bot, place, self, thread, null)
  return empty(204)
})

const commentSchema = v.object({
  thread_author: someText(64),
  content: v.pipe(v.optional(v.string('503006'), ''), v.nonEmpty('503006')),
  thread_create_time: v.optional(v.string()),
  image: v.optional(v.string()),
})

/** `POST /channels/{}/threads/{}/comment`, known from one client's notes; the real answer is unknown (§5.11). */
export const commentOnThread: Handler<GuildWorld> = onThread((world, { bot, body }, place, self, thread) => {
  const read = readFields(commentSchema, body, 12002)
  if ('code' in read) return refuse(world, read.code)
  const { thread_author: author, content } = read.value
  if (author !== thread.author) return refuse(world, 503009)
  if (content.length > world.settings.textLimit) return refuse(world, 503017)
  publishPost(world, bot, place, self, thread, content)
  return ok({})
})
