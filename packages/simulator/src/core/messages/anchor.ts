import { numberIn } from '../http/scalars.js'
import type { Scene } from '../scene.js'
import type { Anchor, Bot, Peer, World } from '../world.js'

/** Events that can be replied to by `event_id` (§6.3). */
const REPLYABLE: Readonly<Record<Scene, ReadonlySet<string>>> = {
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

const isGuild = (scene: Scene): boolean => scene === 'channel' || scene === 'dm'

/** What a send replies to: an anchor, nothing (`null`), or the code that refuses it. */
export type AnchorCheck = { readonly anchor: Anchor | null; readonly seq: number } | { readonly code: number }

const find = (world: World, bot: Bot, peer: Peer, kind: Anchor['kind'], id: string): Anchor | null => {
  const anchor = world.anchors.get(id)
  return anchor &&
    anchor.kind === kind &&
    anchor.bot === bot.appId &&
    anchor.scene === peer.scene &&
    // What happened in a guild can be replied to in each of its channels.
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
export const expiredCode = (world: World, { kind, scene, at }: Anchor): number | null => {
  if (world.now - at <= world.settings.windows[scene].ms) return null
  return kind === 'event' ? 40034026 : world.settings.expiredCodes[scene]
}

/**
 * Checks `msg_id` or `event_id`. The order is: exists, not a duplicate, within the window, within the count. A repeat of
 * a reply that used up the count is thus told that it is a duplicate.
 */
export const checkAnchor = (
  world: World,
  bot: Bot,
  peer: Peer,
  body: Readonly<Record<string, unknown>>,
): AnchorCheck => {
  const { msg_id: messageId, event_id: eventId } = body
  const seq = seqOf(body['msg_seq'])
  if (!isText(messageId) && !isText(eventId)) return { anchor: null, seq }
  const guild = isGuild(peer.scene)
  const anchor = isText(messageId)
    ? find(world, bot, peer, 'message', messageId)
    : find(world, bot, peer, 'event', String(eventId))
  if (!anchor) return { code: isText(messageId) ? (guild ? 304026 : 40034024) : 40034025 }
  if (anchor.kind === 'event' && !REPLYABLE[peer.scene].has(anchor.t)) return { code: 40034027 }
  // Only private bots may answer what did not mention them (§2.8).
  if (anchor.t === 'MESSAGE_CREATE' && !bot.privateDomain) return { code: 304028 }
  if (!guild && anchor.seqs.includes(seq)) return { code: 40054005 }
  const expired = expiredCode(world, anchor)
  if (expired !== null) return { code: expired }
  const { replies } = world.settings.windows[peer.scene]
  if (replies !== null && anchor.replies >= replies) return { code: 40034128 }
  return { anchor, seq }
}

/** A reply was sent. */
export const useAnchor = (anchor: Anchor, seq: number): void => {
  anchor.replies += 1
  // Guild sends have no msg_seq (§5.10) and, in DMs, no end.
  if (!isGuild(anchor.scene)) anchor.seqs.push(seq)
}
