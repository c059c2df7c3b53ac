import { putBounded } from '../bounded-map.js'
import { isWanted, publish } from '../gateway/events.js'
import { eventId, guildMessageId, messageId, referenceIndex } from '../ids.js'
import type { Scene } from '../scene.js'
import { keepMessage } from '../messages/keep.js'
import { record, type Anchor, type Bot, type Peer, type World } from '../world.js'
import { personIdOf } from './peers.js'
import { guildPayload, userPayload, type Draft, type SayOptions } from './said-payload.js'

/** A message that a person sent. */
export interface Said {
  /** Message id: the `msg_id` of a reply. */
  readonly id: string
  /** The outer `id` of the event frame. */
  readonly eventId: string
}

/** The events of messages that mention the bot, and of those that do not. C2C and DMs know no mention. */
const EVENT_OF: Readonly<Record<Scene, { readonly at: string; readonly plain: string }>> = {
  c2c: { at: 'C2C_MESSAGE_CREATE', plain: 'C2C_MESSAGE_CREATE' },
  group: { at: 'GROUP_AT_MESSAGE_CREATE', plain: 'GROUP_MESSAGE_CREATE' },
  channel: { at: 'AT_MESSAGE_CREATE', plain: 'MESSAGE_CREATE' },
  dm: { at: 'DIRECT_MESSAGE_CREATE', plain: 'DIRECT_MESSAGE_CREATE' },
}

/** Whether the bot hears of a message at all: it is there, and is mentioned or gets everything (§4.3, §3.8). */
const isHeard = (bot: Bot, peer: Peer, at: boolean): boolean =>
  peer.present &&
  (at || (peer.scene === 'group' ? peer.hearsAll : peer.scene !== 'channel' || bot.privateDomain))

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
  const at = options.at !== false
  const t = EVENT_OF[peer.scene][at ? 'at' : 'plain']
  keepAnchor(world, {
    id,
    kind: 'message',
    bot: bot.appId,
    scene: peer.scene,
    peerId: peer.id,
    person: author,
    t,
  })
  keepMessage(world, {
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
  })
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
  if (!isHeard(bot, peer, at)) return { id, eventId: outer }
  const event = { t, d, guildId: guild ? peer.guildId : null, peer, person: author, id: outer }
  for (let copy = 0; copy < (options.copies ?? 1); copy += 1) publish(world, bot, event)
  // A private bot that asked for all messages of channels gets those that mention it twice (§4.6).
  const all = { ...event, t: EVENT_OF.channel.plain }
  if (at && peer.scene === 'channel' && isWanted(world, bot, all))
    publish(world, bot, { ...all, id: eventId(world.random, all.t) })
  return { id, eventId: outer }
}
