import { parseTimestamp } from '@qqkit/core/internal'

import { fields, numberOrNull, text, textOrNull } from './fields.js'
import { placeOfClick, type Scene, type Target } from './message.js'

/**
 * The action of the user ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-5 §4.5}); `'other'`
 * for types this version does not know.
 */
export type InteractionKind =
  | 'search'
  | 'button'
  | 'menu'
  | 'feedback'
  | 'session_cleared'
  | 'story'
  | 'model'
  | 'authorize'
  | 'other'

/** A click on a button or menu, feedback, or another action of a user without text. */
export interface Interaction {
  /** The id to acknowledge with, `d.id`; not the one to reply to. */
  readonly id: string
  /** The number on the wire. */
  readonly type: number
  readonly kind: InteractionKind
  readonly scene: Scene
  /** The place that replies go to; `null` if unknown. */
  readonly target: Target | null
  /** The user; empty if unknown. */
  readonly userId: string
  readonly guildId: string | null
  /** Id of the button, or of the menu entry. */
  readonly buttonId: string
  /** The data of the button. */
  readonly data: string
  /** The message with the button; `null` if unknown. */
  readonly messageId: string | null
  /** Wall time in ms since 1970; `null` when unreadable. */
  readonly sentAt: number | null
  /** Whether the user sees a loading sign until it is acknowledged. */
  readonly needsAck: boolean
  /** The payload, untouched. */
  readonly raw: Readonly<Record<string, unknown>>
}

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
