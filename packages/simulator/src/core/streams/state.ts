import type { Planned } from '../kernel/kernel.js'
import type { MessagesWorld } from '../messages/state.js'

/**
 * Which call a stream grows by: the newer one, or sends with a `stream` field
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4 §5.4} A, B).
 */
export type StreamForm = 'stream_messages' | 'stream_field'

/**
 * A streamed message ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4 §5.4}).
 */
export interface Stream {
  readonly id: string
  readonly bot: string
  readonly peerId: string
  readonly form: StreamForm
  /** What it replies to. */
  readonly anchor: string | null
  readonly openedAt: number
  readonly markdown: boolean
  /** Text of its first frame. */
  readonly first: string
  /**
   * `over`: its lifetime has ended, and a last frame came afterwards
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}).
   */
  stage: 'open' | 'finished' | 'over' | 'recalled'
  /** The planned end of its lifetime. */
  readonly end: Planned
  /** Index of the last accepted frame; the older form ignores it. */
  index: number
  text: string
}

/** One frame of either form. */
export interface Frame {
  readonly form: StreamForm
  readonly index: number
  readonly text: string
  /** Whether `text` is the whole text so far, and whether it may change what was delivered. */
  readonly how: 'append' | 'replace' | 'reset'
  readonly markdown: boolean
  readonly finished: boolean
}

/** The part of the world with streamed messages. */
export interface StreamsWorld extends MessagesWorld {
  readonly streams: Map<string, Stream>
}
