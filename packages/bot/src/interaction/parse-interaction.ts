import { fields, numberOrNull, text, textOrNull } from '../message/fields.js'
import type { Scene } from '../message/message.js'
import { placeOfClick } from '../message/place.js'
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

/** The scenes as the platform calls them (§4.5). */
const SCENES: ReadonlyMap<string, Scene> = new Map([
  ['c2c', 'c2c'],
  ['group', 'group'],
  ['guild', 'channel'],
])

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
  const target = placeOfClick(payload)
  return {
    id,
    type,
    kind,
    scene: target?.scene ?? SCENES.get(text(payload.scene)) ?? 'channel',
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
