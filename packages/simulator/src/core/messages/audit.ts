import type { Bot } from '../bot/state.js'
import { publish } from '../events/publish.js'
import { type Answer, refuse } from '../http/answers.js'
import { drawUuid } from '../kernel/random.js'
import { timestampText } from '../kernel/time.js'
import type { Peer } from '../places/state.js'
import { keepWithin } from './keep.js'
import type { Audit, MessagesWorld } from './state.js'
import { newMessageId, recordSent, storeSent } from './store.js'

/** Holds a guild message for review: HTTP 202 with an error body (§2.5). */
export const holdForAudit = (
  world: MessagesWorld,
  bot: Bot,
  peer: Peer,
  body: Readonly<Record<string, unknown>>,
  replyTo: string | null,
): Answer => {
  const message = newMessageId(world, peer.scene)
  const audit: Audit = {
    id: drawUuid(world.random),
    bot: bot.appId,
    peer,
    message,
    body,
    replyTo,
    at: world.now,
  }
  recordSent(world, bot, peer, { id: message, body, replyTo, refIdx: null, change: 'audit' })
  keepWithin(world, world.audits, audit.id, audit, world.settings.messageLimit)
  return refuse(world, replyTo === null ? 304023 : 304024, {
    data: { message_audit: { audit_id: audit.id } },
    executed: true,
  })
}

/** Decides a review (§4.9). `false` for an unknown review. */
export const judge = (world: MessagesWorld, id: string, passed: boolean): boolean => {
  const audit = world.audits.get(id)
  const bot = audit && world.bots.get(audit.bot)
  if (!audit || !bot) return false
  world.audits.delete(id)
  const message = passed ? storeSent(world, bot, audit.peer, audit.body, audit.replyTo, audit.message) : null
  publish(world, bot, {
    t: passed ? 'MESSAGE_AUDIT_PASS' : 'MESSAGE_AUDIT_REJECT',
    d: {
      audit_id: audit.id,
      ...(message ? { message_id: message.id } : {}),
      guild_id: audit.peer.guildId,
      channel_id: audit.peer.id,
      audit_time: timestampText(world.now),
      create_time: timestampText(audit.at),
      seq_in_channel: String(++world.seqInChannel),
    },
    guildId: audit.peer.guildId,
    peer: audit.peer,
  })
  return true
}
