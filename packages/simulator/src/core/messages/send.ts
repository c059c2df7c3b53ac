import type { Bot } from '../bot/state.js'
import { type Answer, ok, refuse } from '../http/answers.js'
import type { CallContext, Handler } from '../http/call-context.js'
import { fileIn } from '../http/read-body.js'
import { referenceIndex } from '../kernel/ids.js'
import { record } from '../kernel/kernel.js'
import { timestampText } from '../kernel/time.js'
import { findGuild } from '../places/guilds.js'
import { findPeer } from '../places/peers.js'
import type { Peer } from '../places/state.js'
import type { Scene } from '../rules/scene.js'
import { checkAnchor, useAnchor } from './anchor.js'
import { holdForAudit } from './audit.js'
import { guildContentCode, userContentCode } from './content.js'
import { keepContent } from './contents.js'
import { lengthCode } from './length.js'
import { quotaCode, spendQuota, wakeupCode } from './quota.js'
import type { MessagesWorld, StoredMessage } from './state.js'
import { newMessageId, storeSent } from './store.js'

type Body = Readonly<Record<string, unknown>>

const textOr = (...values: readonly unknown[]): string | null =>
  values.find((value): value is string => typeof value === 'string' && value !== '') ?? null

/** `msg_type` of a typing notice (§5.2). */
const TYPING = 6

/** Shows a typing notice. It takes a number and a reply of its anchor, but is no message. */
const showTyping = (
  world: MessagesWorld,
  bot: Bot,
  peer: Peer,
  body: Body,
  replyTo: string | null,
): Pick<StoredMessage, 'id' | 'at' | 'refIdx'> => {
  const id = newMessageId(world, peer.scene)
  const seconds = Number((body['input_notify'] as Body)['input_second'])
  record(world, {
    kind: 'typing',
    bot: bot.appId,
    scene: peer.scene,
    peer: peer.name,
    peerId: peer.id,
    author: bot.name,
    id,
    replyTo,
    ms: Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : 0,
  })
  return { id, at: world.now, refIdx: referenceIndex(world.random) }
}

/** Checks anchor, quota and audit, then stores the message and counts it. */
const deliverMessage = (
  world: MessagesWorld,
  bot: Bot,
  peer: Peer,
  body: Body,
  answer: (message: Pick<StoredMessage, 'id' | 'at' | 'refIdx' | 'payload'>) => unknown,
): Answer => {
  const check = checkAnchor(world, bot, peer, body)
  if ('refused' in check) return check.refused
  const passive = check.anchor !== null
  const wakeup = !passive && body['is_wakeup'] === true
  // The user or the group's admin has forbidden proactive messages (§6.4).
  if (!passive && !peer.accepts) return refuse(world, peer.scene === 'c2c' ? 40054013 : 40034105)
  const code = wakeup ? wakeupCode(world, bot, peer) : quotaCode(world, bot, peer, passive)
  if (code !== null) return refuse(world, code, retryAfter(world, code))
  if (check.anchor) useAnchor(world, check.anchor, check.seq, body)
  spendQuota(world, bot, peer, passive || wakeup)
  const guild = peer.scene === 'channel' || peer.scene === 'dm'
  const replyTo = textOr(body['msg_id'], body['event_id'])
  if (guild && world.settings.audit) return holdForAudit(world, bot, peer, body, replyTo)
  const show = !guild && body['msg_type'] === TYPING ? showTyping : storeSent
  return ok(answer({ payload: body, ...show(world, bot, peer, body, replyTo) }))
}

const retryAfter = (
  world: MessagesWorld,
  code: number,
): { readonly headers?: Readonly<Record<string, string>> } =>
  code === 20028 && world.settings.retryAfter !== null
    ? { headers: { 'retry-after': String(world.settings.retryAfter) } }
    : {}

const sendPlainToUser = (world: MessagesWorld, context: CallContext, scene: 'c2c' | 'group'): Answer => {
  const { bot, params, body } = context
  const peer = findPeer(world, bot.appId, scene, params[0] ?? '')
  // The openid belongs to another bot or scene, or is unknown (§2.9).
  if (!peer) return refuse(world, 11255)
  if (!peer.present) return refuse(world, scene === 'c2c' ? 40054004 : 40034101)
  if (peer.muted) return refuse(world, 40054002)
  const code = lengthCode(world, context) ?? userContentCode(world, scene, bot.appId, body)
  if (code !== null) return refuse(world, code)
  return deliverMessage(world, bot, peer, body, (message) => ({
    id: message.id,
    // CONFLICT: the older page says int (§5.2).
    timestamp: timestampText(message.at),
    ext_info: { ref_idx: message.refIdx },
  }))
}

const contentOf = (payload: unknown): string => {
  const { content } = payload as Body
  return typeof content === 'string' ? content : ''
}

/** A message as guilds show it (§4.6). */
export const guildMessage = (
  world: MessagesWorld,
  bot: Bot,
  peer: Peer,
  message: Pick<StoredMessage, 'id' | 'at' | 'payload'>,
): Body => ({
  id: message.id,
  channel_id: peer.id,
  guild_id: peer.scene === 'dm' ? peer.id : peer.guildId,
  content: contentOf(message.payload),
  timestamp: timestampText(message.at),
  author: { id: bot.userId, username: bot.name, avatar: 'https://example.test/bot.png', bot: true },
  seq_in_channel: String(world.seqInChannel),
  ...(peer.scene === 'dm' ? { direct_message: true } : {}),
})

/** The body of a send with the key of a picture that was sent in its form (§5.10). */
const withPicture = (world: MessagesWorld, { request, body }: CallContext): Body => {
  const bytes = body['file_image'] === undefined ? null : fileIn(request, 'file_image')
  if (bytes === null) return body
  const { key, size } = keepContent(world, bytes)
  return { ...body, file_image: { size, content: key } }
}

const hasSession = (world: MessagesWorld, bot: Bot): boolean =>
  [...bot.sessions].some((id) => (world.sessions.get(id)?.connection ?? null) !== null)

const sendToGuild = (world: MessagesWorld, context: CallContext, scene: 'channel' | 'dm'): Answer => {
  const { bot, params, body } = context
  const peer = findPeer(world, bot.appId, scene, params[0] ?? '')
  if (!peer?.present) return refuse(world, scene === 'channel' ? 10003 : 304034)
  // The guild's owner has withdrawn the permission (§2.8).
  if (findGuild(world, bot.appId, peer.guildId ?? '')?.denied.has(context.route)) return refuse(world, 11264)
  // The rule for webhook-only bots is unknown; they may send (§5.10).
  const reachable = bot.webhook !== null || hasSession(world, bot)
  if (scene === 'channel' && world.settings.channelNeedsSession && !reachable) return refuse(world, 304018)
  const code = lengthCode(world, context) ?? guildContentCode(body)
  if (code !== null) return refuse(world, code)
  return deliverMessage(world, bot, peer, withPicture(world, context), (message) => {
    world.seqInChannel += 1
    return guildMessage(world, bot, peer, message)
  })
}

/** `POST` of a message, one handler per scene (§5.2, §5.10). */
export const sendHandlers: Readonly<Record<Scene, Handler<MessagesWorld>>> = {
  c2c: (world, context) => sendPlainToUser(world, context, 'c2c'),
  group: (world, context) => sendPlainToUser(world, context, 'group'),
  channel: (world, context) => sendToGuild(world, context, 'channel'),
  dm: (world, context) => sendToGuild(world, context, 'dm'),
}
