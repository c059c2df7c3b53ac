import type { RestStep } from '../pipeline/step.js'
import type { SendMode } from '../send/result.js'

/** One message of a streamed text. Text that is too long or takes too long for one goes on in the next. */
export interface StreamedMessage {
  /**
   * `'streamed'`: it grew, and cannot be taken back
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-6 §5.6}). `'sent'`: an
   * ordinary message, where the text could not go on as a stream.
   */
  readonly kind: 'streamed' | 'sent'
  /** Of the stream, or of the ordinary message; `null` where the answer that carried it was lost. */
  readonly id: string | null
  /** Index for quoting it later. */
  readonly refIdx: string | null
  /** The part of the text that it shows. */
  readonly text: string
  readonly mode: SendMode
  /** Whether the platform was told that it is complete; otherwise it may look as if more were to come. */
  readonly finished: boolean
}

/** How a stream ended well. */
export interface StreamResult {
  /**
   * `'streamed'`: all of the text stands there. `'aborted'`: it was ended early, with `delivered`. `'empty'`: there was
   * nothing to send. `'duplicate'`: another process streams this answer (`shared`); nothing was added.
   */
  readonly kind: 'streamed' | 'aborted' | 'empty' | 'duplicate'
  /** The text that is known to stand in the conversation. */
  readonly delivered: string
  /** The text behind it that may stand there: the answer that would tell was lost. Empty unless it was ended early. */
  readonly uncertain: string
  /** The rest of what was written. */
  readonly undelivered: string
  readonly messages: readonly StreamedMessage[]
  /** Retries and fallbacks on the way, in order. */
  readonly steps: readonly RestStep[]
}
