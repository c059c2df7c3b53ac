import { fields, numberOrNull, text, textOrNull, type Fields } from '../message/fields.js'
import type { Target } from '../message/message.js'
import { parseTimestamp } from '../message/timestamp.js'
import type { Interaction, InteractionKind } from './interaction.js'

/** The types of §4.5. Only buttons and menus show a loading sign until they are acknowledged. */
const KINDS: Readonly<Record<number, InteractionKind>> = {
  9: 'search',
  11: 'button',
  12: 'menu',
  13: 'feedback',
  14: 'session_cleared',
  15: 'story',
  16: 'model',
  18: 'authorize',
  19: 'authorize',
  20: 'authorize',
}

/** By the ids that are there rather than by `chat_type`, whose values are disputed (§4.5). */
const placeOf = (payload: Fields): Target | null => {
  const group = text(payload.group_openid)
  if (group !== '') return { scene: 'group', id: group }
  const user = text(payload.user_openid)
  if (user !== '') return { scene: 'c2c', id: user }
  const channel = text(payload.channel_id)
  if (channel === '') return null
  // A click in a direct message is not documented. No channel has the id of its guild, so this is a session (§4.6).
  return { scene: channel === text(payload.guild_id) ? 'dm' : 'channel', id: channel }
}

/** Reads the payload of INTERACTION_CREATE, leniently; `null` when it has no id. */
export const parseInteraction = (value: unknown): Interaction | null => {
  const payload = fields(value)
  const id = text(payload.id)
  if (id === '') return null
  const data = fields(payload.data)
  // The docs misspell it in one place (§4.5).
  const resolved = fields(data.resolved ?? data.resoloved)
  const type = numberOrNull(payload.type) ?? numberOrNull(data.type) ?? 0
  const kind = KINDS[type] ?? 'other'
  const target = placeOf(payload)
  return {
    id,
    type,
    kind,
    scene: target?.scene ?? 'channel',
    target,
    userId: text(payload.group_member_openid) || text(payload.user_openid) || text(resolved.user_id),
    guildId: textOrNull(payload.guild_id),
    buttonId: text(resolved.button_id) || text(resolved.feature_id),
    data: text(resolved.button_data),
    messageId: textOrNull(resolved.message_id),
    sentAt: parseTimestamp(payload.timestamp),
    needsAck: kind === 'button' || kind === 'menu',
    raw: payload,
  }
}
