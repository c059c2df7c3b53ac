import { putBounded } from '../bounded-map.js'
import { publish } from '../gateway/events.js'
import { eventId, guildMessageId, messageId, numericIdOf, openidOf, referenceIndex } from '../ids.js'
import type { Scene } from '../scene.js'
import { timestampText } from '../time.js'
import { record, type Anchor, type Bot, type Peer, type World } from '../world.js'
import { personIdOf } from './peers.js'

/** An attachment of a person's message, with the fields of §4.2. */
export interface SaidAttachment {
  readonly url: string
  readonly content_type: string
  readonly filename?: string
  readonly size?: number
  readonly width?: number
  readonly height?: number
  readonly voice_wav_url?: string
  readonly asr_refer_text?: string
}

/** What belongs to a message besides its text. */
export interface SayOptions {
  readonly attachments?: readonly SaidAttachment[]
  /** Groups: whether the bot is mentioned; default `true`. Without it only a bot that hears all gets the message. */
  readonly at?: boolean
  /** Reference index of a message that is quoted. */
  readonly quote?: string
  /** The message is pushed this often, as the platform sometimes does (§8); default 1. */
  readonly copies?: number
  /** Groups: role of the person; default `'member'`. */
  readonly role?: 'member' | 'admin' | 'owner'
  /** Fields that replace or add to the payload, for shapes that are not modelled. */
  readonly payload?: Readonly<Record<string, unknown>>
}

/** A message that a person sent. */
export interface Said {
  /** Message id: the `msg_id` of a reply. */
  readonly id: string
  /** The outer `id` of the event frame. */
  readonly eventId: string
}

/** Content of guilds is HTML-escaped (§5.12). */
const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const EVENT_OF: Readonly<Record<Scene, string>> = {
  c2c: 'C2C_MESSAGE_CREATE',
  group: 'GROUP_AT_MESSAGE_CREATE',
  channel: 'AT_MESSAGE_CREATE',
  dm: 'DIRECT_MESSAGE_CREATE',
}

interface Draft {
  readonly bot: Bot
  readonly peer: Peer
  readonly author: string
  readonly text: string
  readonly options: SayOptions
  readonly id: string
  readonly refIdx: string
}

const userPayload = (world: World, { bot, peer, author, text, options, id, refIdx }: Draft): object => {
  const group = peer.scene === 'group'
  const openid = personIdOf(bot.appId, peer.scene, peer.name, author)
  const ext = [`msg_idx=${refIdx}`, ...(options.quote === undefined ? [] : [`ref_msg_idx=${options.quote}`])]
  return {
    id,
    // Blanks around the removed mention stay (§4.3).
    content: group && options.at !== false ? ` ${text} ` : text,
    timestamp: timestampText(world.now),
    message_type: options.quote === undefined ? 0 : 103,
    author: group
      ? {
          id: openid,
          member_openid: openid,
          member_role: options.role ?? 'member',
          username: author,
          bot: false,
        }
      : { id: openid, user_openid: openid, union_openid: '', username: '', bot: false },
    ...(group ? { group_id: peer.id, group_openid: peer.id } : {}),
    ...(group && options.at !== false
      ? {
          mentions: [
            {
              scope: 'single',
              is_you: true,
              bot: true,
              id: openidOf(bot.appId, `member of ${peer.name}`, bot.name),
              member_openid: openidOf(bot.appId, `member of ${peer.name}`, bot.name),
              username: bot.name,
            },
          ],
        }
      : {}),
    message_scene: { source: 'default', ext },
    ...(options.attachments ? { attachments: options.attachments } : {}),
  }
}

const guildPayload = (world: World, { bot, peer, author, text, options, id }: Draft): object => {
  world.counters.seqInChannel += 1
  const dm = peer.scene === 'dm'
  return {
    id,
    guild_id: dm ? peer.id : peer.guildId,
    channel_id: dm ? numericIdOf(bot.appId, 'dm channel', peer.name) : peer.id,
    content: dm ? escapeHtml(text) : `<@!${bot.userId}> ${escapeHtml(text)}`,
    timestamp: timestampText(world.now),
    seq: world.counters.seqInChannel,
    seq_in_channel: String(world.counters.seqInChannel),
    author: {
      id: personIdOf(bot.appId, peer.scene, peer.name, author),
      username: author,
      avatar: 'https://example.test/avatar.png',
      bot: false,
    },
    member: { nick: author, roles: ['1'], joined_at: '2022-02-03T04:05:06+08:00' },
    ...(dm ? { direct_message: true, src_guild_id: peer.guildId } : {}),
    ...(dm ? {} : { mentions: [{ id: bot.userId, username: bot.name, bot: true }] }),
    ...(options.attachments ? { attachments: options.attachments } : {}),
    ...(options.quote === undefined ? {} : { message_reference: { message_id: options.quote } }),
  }
}

/** Remembers that something can be replied to. */
export const keepAnchor = (world: World, anchor: Omit<Anchor, 'replies' | 'seqs' | 'at'>): void =>
  putBounded(
    world.anchors,
    anchor.id,
    { ...anchor, at: world.now, replies: 0, seqs: [] },
    world.settings.memory,
  )

/** A person sends a message that the bot gets to see. */
export const say = (
  world: World,
  bot: Bot,
  peer: Peer,
  author: string,
  text: string,
  options: SayOptions = {},
): Said => {
  const guild = peer.scene === 'channel' || peer.scene === 'dm'
  const id = guild ? guildMessageId(world.random) : messageId(world.random)
  const draft: Draft = { bot, peer, author, text, options, id, refIdx: referenceIndex(world.random) }
  const d = { ...(guild ? guildPayload(world, draft) : userPayload(world, draft)), ...options.payload }
  const plain = peer.scene === 'group' && options.at === false
  const t = plain ? 'GROUP_MESSAGE_CREATE' : EVENT_OF[peer.scene]
  keepAnchor(world, { id, kind: 'message', bot: bot.appId, scene: peer.scene, peerId: peer.id, t })
  putBounded(
    world.messages,
    id,
    {
      id,
      bot: bot.appId,
      direction: 'in',
      scene: peer.scene,
      peerId: peer.id,
      peer: peer.name,
      authorId: personIdOf(bot.appId, peer.scene, peer.name, author),
      author,
      content: text,
      at: world.now,
      payload: d,
      recalled: false,
      refIdx: draft.refIdx,
    },
    world.settings.memory,
  )
  record(world, {
    kind: 'message',
    direction: 'in',
    bot: bot.appId,
    scene: peer.scene,
    peer: peer.name,
    peerId: peer.id,
    author,
    id,
    content: text,
    payload: d,
    replyTo: null,
    change: 'sent',
  })
  const outer = eventId(world.random, t)
  if (plain && !peer.hearsAll) return { id, eventId: outer }
  for (let copy = 0; copy < (options.copies ?? 1); copy += 1) {
    publish(world, bot, { t, d, guildId: guild ? peer.guildId : null, peer, person: author, id: outer })
  }
  return { id, eventId: outer }
}
