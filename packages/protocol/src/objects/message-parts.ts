import type { OpenidUser } from './openid-user.js'

/**
 * Kinds of C2C and group messages
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-2 §4.2}). Media never changes it: look
 * at the attachments.
 */
export const MessageKind = {
  Text: 0,
  Ark: 3,
  Parallel: 101,
  ChatRecord: 102,
  Quote: 103,
} as const

/**
 * A kind of message ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-2 §4.2}). Others may
 * appear.
 */
export type MessageKind = (typeof MessageKind)[keyof typeof MessageKind]

/** The origin of a message ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-2 §4.2}). */
export interface MessageScene {
  /** `default`; one SDK also knows `realtime_voice` and `ai_search`. */
  readonly source: string
  /** `key=value` entries; split at the first `=`, for values contain `=`. Keys: `msg_idx`, `ref_msg_idx`, `auth_token`, switch ids. */
  readonly ext?: readonly string[]
  readonly callback_data?: string
}

/**
 * A file in a C2C or group message
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-2 §4.2}).
 */
export interface MessageAttachment {
  /**
   * May lack a scheme: put `https://` in front
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/08-surprises.md#8 §8}). For voice it is SILK.
   */
  readonly url: string
  readonly filename?: string
  /** `image/jpeg`, `image/png`, `image/gif`, `video/mp4` (or bare `video`), `voice`, `file`. */
  readonly content_type: string
  /** Bytes. */
  readonly size?: number
  readonly width?: number
  readonly height?: number
  /** The voice as WAV. */
  readonly voice_wav_url?: string
  /** The text that was recognised in the voice. */
  readonly asr_refer_text?: string
}

/**
 * The values of an ark card, by name
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-2 §4.2}).
 */
export interface ArkFields {
  readonly tag?: string
  readonly tags?: unknown
  readonly title?: string
  readonly desc?: string
  readonly jump_url?: string
  readonly preview?: string
  readonly source?: string
  readonly source_logo?: string
  readonly tag_icon?: string
  readonly nickname?: string
  readonly avatar?: string
  readonly address?: string
  readonly [field: string]: unknown
}

/**
 * The kinds of ark cards seen ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-2 §4.2}).
 */
export type ArkType =
  | 'tuwen'
  | 'feed'
  | 'miniapp'
  | 'map'
  | 'contact_card'
  | 'video_share'
  | 'music_together'
  | 'picture'

/**
 * A received ark card, with `message_type` 3
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-2 §4.2}).
 */
export interface ArkData {
  readonly prompt?: string
  readonly ark_type?: ArkType | (string & {})
  readonly ark_name?: string
  readonly fields?: ArkFields
}

/**
 * One element of a quote or record; for a quote, element 0 is the quoted message
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-2 §4.2}).
 */
export interface MessageElement {
  readonly msg_idx?: string
  readonly author?: OpenidUser
  readonly message_type?: MessageKind | (number & {})
  readonly content?: string
  readonly attachments?: readonly MessageAttachment[]
  readonly ark_data?: ArkData
  readonly msg_elements?: readonly MessageElement[]
}
