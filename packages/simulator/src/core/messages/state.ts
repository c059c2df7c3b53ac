import type { EventsWorld } from '../events/state.js'
import type { MessageFile } from '../kernel/log-entry.js'
import type { Peer } from '../places/state.js'
import type { Scene } from '../rules/scene.js'

/** An anchor: a message or event that can be replied to. */
export interface Anchor {
  readonly id: string
  readonly kind: 'message' | 'event'
  readonly bot: string
  readonly scene: Scene
  readonly peerId: string
  /** Name of the person behind it. */
  readonly person: string
  /** Name of the event. */
  readonly t: string
  readonly at: number
  replies: number
  /** Used up `msg_seq`s. */
  readonly seqs: number[]
}

/** A message that was sent in either direction. */
export interface StoredMessage {
  readonly id: string
  readonly bot: string
  readonly direction: 'in' | 'out'
  readonly scene: Scene
  readonly peerId: string
  readonly peer: string
  readonly authorId: string
  /** Name of the person, or the bot's. */
  readonly author: string
  readonly content: string
  readonly at: number
  /** The visible payload. */
  readonly payload: unknown
  recalled: boolean
  /** The anchor of the bot's message. */
  readonly replyTo: string | null
  readonly refIdx: string
  /** Size in characters of JSON. */
  readonly size: number
}

/**
 * A message that waits for review
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-5 §2.5}).
 */
export interface Audit {
  readonly id: string
  readonly bot: string
  readonly peer: Peer
  /** The id that the message will have. */
  readonly message: string
  readonly body: Readonly<Record<string, unknown>>
  readonly replyTo: string | null
  readonly at: number
}

/**
 * A stored file that can be sent
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
 */
export interface StoredFile {
  readonly fileInfo: string
  readonly bot: string
  readonly scene: Scene
  readonly fileType: number
  readonly expiresAt: number
  /** The file as messages show it. */
  readonly file: MessageFile
}

/**
 * An attachment of a person's message, with the fields of
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-2 §4.2}.
 */
export interface SaidAttachment {
  readonly url: string
  readonly content_type: string
  readonly filename?: string
  readonly size?: number
  readonly width?: number
  readonly height?: number
  readonly voice_wav_url?: string
  readonly asr_refer_text?: string
}

/** The bytes of a file. */
export interface Content {
  readonly key: string
  /** MIME type by the first bytes. */
  readonly type: string | null
  /** Size in bytes. */
  readonly size: number
  /** Bytes, or base64 text as it was sent. */
  readonly data: Uint8Array | string
}

/** The part of the world with messages. */
export interface MessagesWorld extends EventsWorld {
  /** Keyed by id. */
  readonly anchors: Map<string, Anchor>
  /** Keyed by id, oldest first. */
  readonly messages: Map<string, StoredMessage>
  /** Total size of `messages`, in characters. */
  messageSize: number
  /** The running number of messages in guilds. */
  seqInChannel: number
  readonly audits: Map<string, Audit>
  /** Keyed by `file_info`. */
  readonly files: Map<string, StoredFile>
  /** Keyed by `key`, oldest first. */
  readonly contents: Map<string, Content>
  /** Total size of `contents`, in bytes. */
  contentSize: number
  /** Number of contents so far. */
  contentsKept: number
}
