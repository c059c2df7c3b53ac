import type { Bot } from '../bot/state.js'
import { type Answer, refuse, refuseInWords } from '../http/answers.js'
import { numberIn } from '../http/scalars.js'
import { putBounded } from '../kernel/bounded-map.js'
import type { Peer } from '../places/state.js'
import type { LiveSettings } from '../rules/live-settings.js'
import type { Scene } from '../rules/scene.js'
import type { Anchor, MessagesWorld } from './state.js'

/** Events that can be replied to by `event_id` (§6.3). */
const replyableEvents: Readonly<Record<Scene, ReadonlySet<string>>> = {
  c2c: new Set(['INTERACTION_CREATE', 'C2C_MSG_RECEIVE', 'FRIEND_ADD']),
  // CONFLICT: GROUP_MEMBER_ADD only by one client.
  group: new Set(['INTERACTION_CREATE', 'GROUP_ADD_ROBOT', 'GROUP_MSG_RECEIVE', 'GROUP_MEMBER_ADD']),
  channel: new Set([
    'INTERACTION_CREATE',
    'GUILD_MEMBER_ADD',
    'GUILD_MEMBER_UPDATE',
    'GUILD_MEMBER_REMOVE',
    'MESSAGE_REACTION_ADD',
    'MESSAGE_REACTION_REMOVE',
    'FORUM_THREAD_CREATE',
    'FORUM_THREAD_UPDATE',
    'FORUM_THREAD_DELETE',
    'FORUM_POST_CREATE',
    'FORUM_POST_DELETE',
    'FORUM_REPLY_CREATE',
    'FORUM_REPLY_DELETE',
  ]),
  dm: new Set(['INTERACTION_CREATE']),
}

type Body = Readonly<Record<string, unknown>>

/** `msg_type` of a typing notice (§5.2). */
const TYPING = 6

const isGuild = (scene: Scene): boolean => scene === 'channel' || scene === 'dm'

/** The anchor of a send, `null` without one, or the answer that refuses it. */
export type AnchorCheck =
  | { readonly anchor: Anchor | null; readonly seq: number }
  | { readonly refused: Answer }

const find = (
  world: MessagesWorld,
  bot: Bot,
  peer: Peer,
  kind: Anchor['kind'],
  id: string,
): Anchor | null => {
  const anchor = world.anchors.get(id)
  return anchor &&
    anchor.kind === kind &&
    anchor.bot === bot.appId &&
    anchor.scene === peer.scene &&
    // An event of a guild can be replied to in each channel of the guild.
    (anchor.peerId === peer.id || anchor.peerId === peer.guildId)
    ? anchor
    : null
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** `msg_seq`, 1 when it is absent (§6.2). */
const seqOf = (value: unknown): number => {
  const seq = numberIn(value ?? 1)
  return Number.isFinite(seq) ? seq : 1
}

/** The code for an anchor whose window has closed, or `null`. */
export const expiredCode = (world: MessagesWorld, { kind, scene, at }: Anchor): number | null => {
  if (world.now - at <= world.settings.windows[scene].ms) return null
  return kind === 'event' ? 40034026 : world.settings.expiredCodes[scene]
}

/** The answer to a reply beyond the limit, by the live switch (§6.1). */
const overLimitAnswers: Readonly<
  Record<LiveSettings['replyLimit'], (world: MessagesWorld) => Answer | null>
> = {
  code_22009: (world) => refuse(world, 22009),
  code_40034128: (world) => refuse(world, 40034128),
  status_500: (world) => refuseInWords(world, 'reply msg exceed limit'),
  off: () => null,
}

const overCount = (world: MessagesWorld, anchor: Anchor): Answer | null => {
  const { replies } = world.settings.windows[anchor.scene]
  if (replies === null || anchor.replies < replies) return null
  return overLimitAnswers[world.live.replyLimit](world)
}

/** Whether a message counts as a reply; a typing notice does by the live switch (§6.1). */
const counts = (world: MessagesWorld, body: Body): boolean =>
  body['msg_type'] !== TYPING || world.live.typingCounts === 'yes'

/** The code that refuses a known anchor, or `null`. A duplicate is checked before the window. */
const anchorCode = (world: MessagesWorld, bot: Bot, anchor: Anchor, seq: number): number | null => {
  if (anchor.kind === 'event' && !replyableEvents[anchor.scene].has(anchor.t)) return 40034027
  // Only private bots may reply to messages that did not mention them (§2.8).
  if (anchor.t === 'MESSAGE_CREATE' && !bot.privateDomain) return 304028
  if (!isGuild(anchor.scene) && anchor.seqs.includes(seq)) return 40054005
  return expiredCode(world, anchor)
}

/** The answer that refuses another chunk of a reply beyond the limit, or `null`. */
export const checkSlot = (world: MessagesWorld, anchor: Anchor, body: Body): Answer | null =>
  counts(world, body) ? overCount(world, anchor) : null

/**
 * Checks `msg_id` or `event_id` in this order: it exists, is no duplicate, is within the window, and within the count.
 * A repeat of the last allowed reply is therefore a duplicate.
 */
export const checkAnchor = (world: MessagesWorld, bot: Bot, peer: Peer, body: Body): AnchorCheck => {
  const { msg_id: messageId, event_id: eventId } = body
  const seq = seqOf(body['msg_seq'])
  if (!isText(messageId) && !isText(eventId)) return { anchor: null, seq }
  const anchor = isText(messageId)
    ? find(world, bot, peer, 'message', messageId)
    : find(world, bot, peer, 'event', String(eventId))
  if (!anchor) {
    const missing = isText(messageId) ? (isGuild(peer.scene) ? 304026 : 40034024) : 40034025
    return { refused: refuse(world, missing) }
  }
  const code = anchorCode(world, bot, anchor, seq)
  if (code !== null) return { refused: refuse(world, code) }
  const refused = checkSlot(world, anchor, body)
  return refused ? { refused } : { anchor, seq }
}

/** Records a sent reply, or with `null` another chunk of one. */
export const useAnchor = (world: MessagesWorld, anchor: Anchor, seq: number | null, body: Body): void => {
  if (counts(world, body)) anchor.replies += 1
  // Guild sends have no `msg_seq` (§5.10), and DMs have no limit.
  if (seq !== null && !isGuild(anchor.scene)) anchor.seqs.push(seq)
}

/** Stores an anchor. A second message with the same id shares it (§4.1). */
export const keepAnchor = (world: MessagesWorld, anchor: Omit<Anchor, 'replies' | 'seqs' | 'at'>): void => {
  if (world.anchors.has(anchor.id)) return
  putBounded(
    world.anchors,
    anchor.id,
    { ...anchor, at: world.now, replies: 0, seqs: [] },
    world.settings.memory,
  )
}
