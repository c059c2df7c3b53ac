import { QqkitError } from '@qqkit/core'

import type { RestError } from '../errors/rest-error.js'
import type { SendMode } from '../send/result.js'
import type { RestStep } from '../types/call.js'

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

/** What a {@link StreamError} is made of. */
export type StreamErrorInit = Omit<StreamResult, 'kind'> & { readonly cause: RestError }

/**
 * A streamed text did not arrive as a whole, or its message was ended early: `delivered`, `uncertain` and `undelivered`
 * together are what was written. Its `cause` is the failure that ended it.
 */
export class StreamError extends QqkitError implements Omit<StreamResult, 'kind'> {
  /** The text that is known to stand in the conversation. */
  readonly delivered: string
  /** The text behind it that may stand there: the answer that would tell was lost. */
  readonly uncertain: string
  /** The rest, which does not. */
  readonly undelivered: string
  readonly messages: StreamResult['messages']
  readonly steps: StreamResult['steps']

  constructor({ delivered, uncertain, undelivered, messages, steps, cause }: StreamErrorInit) {
    const known = `${delivered.length} characters arrived, ${undelivered.length} did not`
    const unknown = uncertain === '' ? '' : `, of ${uncertain.length} nobody knows`
    super({
      code: 'stream_incomplete',
      message: `the stream ended early: ${known}${unknown}: ${cause.message}`,
      advice: cause.advice,
      cause,
    })
    this.delivered = delivered
    this.uncertain = uncertain
    this.undelivered = undelivered
    this.messages = messages
    this.steps = steps
  }

  /** Whether `value` is an error of a stream, whichever copy of the package made it. */
  static override is(value: unknown): value is StreamError {
    return QqkitError.is(value) && value.code === 'stream_incomplete'
  }
}
