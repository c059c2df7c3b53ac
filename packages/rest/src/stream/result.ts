import { QqkitError } from '@qqkit/core'

import type { RestError } from '../errors/rest-error.js'
import type { SendMode } from '../send/result.js'
import type { RestStep } from '../types/call.js'

/** One message of a streamed text. A text that is too long, or takes too long, uses several. */
export interface StreamedMessage {
  /**
   * `'streamed'`: a streamed message, which cannot be recalled
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-6 §5.6}). `'sent'`: an ordinary
   * message, because the text could not be streamed.
   */
  readonly kind: 'streamed' | 'sent'
  /** Id of the stream or of the ordinary message; `null` if the answer with the id was lost. */
  readonly id: string | null
  /** Index for quoting the message later. */
  readonly refIdx: string | null
  /** The text of this message. */
  readonly text: string
  readonly mode: SendMode
  /** Whether the message was ended; otherwise it may look unfinished. */
  readonly finished: boolean
}

/** The result of a stream. */
export interface StreamResult {
  /**
   * `'streamed'`: all the text was delivered. `'aborted'`: the stream was ended early, after `delivered`. `'empty'`:
   * there was no text. `'duplicate'`: another process streams this answer (`shared`), so nothing was sent.
   */
  readonly kind: 'streamed' | 'aborted' | 'empty' | 'duplicate'
  /** The text that is known to be delivered. */
  readonly delivered: string
  /** Text after it that may be delivered, because an answer was lost. Empty unless the stream was ended early. */
  readonly uncertain: string
  /** The rest of what was written. */
  readonly undelivered: string
  readonly messages: readonly StreamedMessage[]
  /** Retries and fallbacks on the way, in order. */
  readonly steps: readonly RestStep[]
}

/** Fields of a {@link StreamError}. */
export type StreamErrorInit = Omit<StreamResult, 'kind'> & { readonly cause: RestError }

/**
 * A streamed text was not delivered completely. `delivered`, `uncertain` and `undelivered` together are the written
 * text, and `cause` is the failure.
 *
 * @example
 * try {
 *   await rest.stream(target, model, { anchor })
 * } catch (error) {
 *   if (StreamError.is(error)) console.error(error.undelivered)
 * }
 */
export class StreamError extends QqkitError implements Omit<StreamResult, 'kind'> {
  /** The text that is known to be delivered. */
  readonly delivered: string
  /** Text after it that may be delivered, because an answer was lost. */
  readonly uncertain: string
  /** The rest, which was not delivered. */
  readonly undelivered: string
  readonly messages: StreamResult['messages']
  readonly steps: StreamResult['steps']

  constructor({ delivered, uncertain, undelivered, messages, steps, cause }: StreamErrorInit) {
    const known = `${delivered.length} characters were delivered, ${undelivered.length} were not`
    const unknown = uncertain === '' ? '' : `, ${uncertain.length} may have been`
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

  /** Whether `value` is a `StreamError`, even from another copy of the package. */
  static override is(value: unknown): value is StreamError {
    return QqkitError.is(value) && value.code === 'stream_incomplete'
  }
}
