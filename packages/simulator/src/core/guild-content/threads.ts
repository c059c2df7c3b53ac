import type { Bot } from '../bot/state.js'
import { publish } from '../events/publish.js'
import type { GuildWorld } from '../guild/state.js'
import { putBounded } from '../kernel/bounded-map.js'
import { eventId } from '../kernel/ids.js'
import { drawHex } from '../kernel/random.js'
import { timestampText, unixSeconds } from '../kernel/time.js'
import { keepAnchor } from '../messages/anchor.js'
import { keepWithin } from '../messages/keep.js'
import type { ChannelPlace } from '../places/channels.js'
import type { GuildMemberState, ThreadComment, Thread } from '../places/guild-state.js'
import { richText } from './rich-text.js'

/** 10007 (§5.11). */
export const FORUM_CHANNEL = 10_007

type Kind = 'THREAD' | 'POST' | 'REPLY'

/** A change in a forum: its author and the payload of its event. */
interface ForumChange {
  readonly kind: Kind
  readonly change: 'CREATE' | 'UPDATE' | 'DELETE'
  readonly by: GuildMemberState
  readonly info: Readonly<Record<string, unknown>>
}

/**
 * Publishes the full event to private bots, and the bare OPEN_FORUM event to all bots with that intent (§3.8, §4.10).
 */
const publishForumEvents = (
  world: GuildWorld,
  bot: Bot,
  { guild, peer }: ChannelPlace,
  happening: ForumChange,
): string => {
  const { kind, change, by, info } = happening
  const place = { guild_id: guild.id, channel_id: peer.id, author_id: by.id }
  const common = { peer, person: by.name, guildId: guild.id }
  const t = `FORUM_${kind}_${change}`
  const id = eventId(world.random, t)
  if (bot.privateDomain) {
    keepAnchor(world, {
      id,
      kind: 'event',
      bot: bot.appId,
      scene: 'channel',
      peerId: peer.id,
      person: by.name,
      t,
    })
    publish(world, bot, { ...common, t, id, d: { ...place, [`${kind.toLowerCase()}_info`]: info } })
  }
  const open = publish(world, bot, { ...common, t: `OPEN_${t}`, d: place })
  return bot.privateDomain ? id : open
}

/** CONFLICT: in events title and content are the JSON text of rich text, or arrays in the docs' examples (§4.10). */
const threadInfo = (thread: Thread): Readonly<Record<string, unknown>> => ({
  thread_id: thread.id,
  title: richText(thread.title),
  content: thread.content,
  date_time: timestampText(thread.at),
})

/** A new thread, comment or reply. */
export interface Published {
  readonly id: string
  /** The outer `id` of the event. */
  readonly eventId: string
}

/** Adds a thread; its content is the JSON text of rich text. */
export const publishThread = (
  world: GuildWorld,
  bot: Bot,
  place: ChannelPlace,
  by: GuildMemberState,
  given: Pick<Thread, 'title' | 'content'>,
): Published => {
  // §4.10, §8.
  const id = `B_${drawHex(world.random, 16)}X60-${unixSeconds(world.now)}`
  const thread: Thread = { ...given, id, author: by.id, at: world.now, posts: new Map() }
  keepWithin(world, place.channel.threads, id, thread, world.settings.textLimit)
  return {
    id,
    eventId: publishForumEvents(world, bot, place, {
      kind: 'THREAD',
      change: 'CREATE',
      by,
      info: threadInfo(thread),
    }),
  }
}

/** Changes or deletes a thread. Returns the outer `id` of the event. */
export const changeThread = (
  world: GuildWorld,
  bot: Bot,
  place: ChannelPlace,
  by: GuildMemberState,
  thread: Thread,
  change: Partial<Pick<Thread, 'title' | 'content'>> | null,
): string => {
  const changed = { ...thread, ...change }
  if (change) place.channel.threads.set(thread.id, changed)
  else place.channel.threads.delete(thread.id)
  const what = change ? 'UPDATE' : 'DELETE'
  return publishForumEvents(world, bot, place, {
    kind: 'THREAD',
    change: what,
    by,
    info: threadInfo(changed),
  })
}

/** Adds a comment to a thread. */
export const publishPost = (
  world: GuildWorld,
  bot: Bot,
  place: ChannelPlace,
  by: GuildMemberState,
  thread: Thread,
  text: string,
): Published => {
  const id = `P_${drawHex(world.random, 16)}`
  putBounded(thread.posts, id, { id, author: by.id }, world.settings.memory)
  const info = {
    thread_id: thread.id,
    post_id: id,
    content: richText(text),
    date_time: timestampText(world.now),
  }
  return { id, eventId: publishForumEvents(world, bot, place, { kind: 'POST', change: 'CREATE', by, info }) }
}

/** Adds a reply to a comment. */
export const publishReply = (
  world: GuildWorld,
  bot: Bot,
  place: ChannelPlace,
  by: GuildMemberState,
  thread: Thread,
  post: ThreadComment,
  text: string,
): Published => {
  const id = `R_${drawHex(world.random, 16)}`
  const info = {
    thread_id: thread.id,
    post_id: post.id,
    reply_id: id,
    content: richText(text),
    date_time: timestampText(world.now),
  }
  return { id, eventId: publishForumEvents(world, bot, place, { kind: 'REPLY', change: 'CREATE', by, info }) }
}

/** Publishes the result of the review of a bot's thread: it passes (§4.10). */
export const publishReviewResult = (
  world: GuildWorld,
  bot: Bot,
  { guild, peer }: ChannelPlace,
  thread: string,
  task: string,
): void => {
  publish(world, bot, {
    t: 'FORUM_PUBLISH_AUDIT_RESULT',
    d: {
      guild_id: guild.id,
      channel_id: peer.id,
      author_id: bot.userId,
      thread_id: thread,
      post_id: '',
      reply_id: '',
      type: 1,
      result: 0,
      err_msg: '',
      task_id: task,
      date_time: timestampText(world.now),
    },
    peer,
    guildId: guild.id,
  })
}
