import type { Scene, Target } from '../message/message.js'

/**
 * What the user did ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-5 §4.5}); `'other'`
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

/** A click on a button or menu, feedback, or another thing a user did without writing. */
export interface Interaction {
  /** The id to acknowledge with, `d.id`; not the one to reply to. */
  readonly id: string
  /** The number on the wire. */
  readonly type: number
  readonly kind: InteractionKind
  readonly scene: Scene
  /** Where an answer goes; `null` when not told. */
  readonly target: Target | null
  /** Who did it; empty when not told. */
  readonly userId: string
  readonly guildId: string | null
  /** Id of the button, or of the menu entry. */
  readonly buttonId: string
  /** What the button carries. */
  readonly data: string
  /** The message that carries the button; `null` when not told. */
  readonly messageId: string | null
  /** Wall time in ms since 1970; `null` when unreadable. */
  readonly sentAt: number | null
  /** Whether the user sees a loading sign until it is acknowledged. */
  readonly needsAck: boolean
  /** The payload, untouched. */
  readonly raw: Readonly<Record<string, unknown>>
}
