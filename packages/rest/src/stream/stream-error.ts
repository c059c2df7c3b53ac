import { QqkitError } from '@qqkit/core'

import type { RestError } from '../errors/rest-error.js'
import type { StreamResult } from './stream-result.js'

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
