import { QqkitError, type Advice } from '@qqkit/core'
import { messageOf } from '@qqkit/core/internal'

import type { OutgoingMessage } from '../context/outbox.js'
import type { RecallOptions } from '../context/recall.js'
import type { RecallPieces, SentPiece } from './sent.js'

/** What an {@link IncompleteError} is made of. */
export interface IncompleteErrorInit {
  readonly sent: readonly SentPiece[]
  readonly left: readonly OutgoingMessage[]
  readonly cause: unknown
  readonly recall: RecallPieces
}

const ADVICE: Advice = {
  en: 'Do not send the whole message again: send what is in `left`, or take the rest back with `recall()`. See `cause` for the reason.',
  zh: '请勿重发整条消息：可以发送 left 中剩余的内容，或调用 recall() 撤回已发出的部分。原因见 cause。',
}

/**
 * A message went out in pieces, and one after the first failed: `sent` stands there, `left` does not. Its `cause` is the
 * failure, and `cause.delivered` says whether the first of `left` may have arrived.
 */
export class IncompleteError extends QqkitError {
  declare readonly code: 'message_incomplete'
  declare readonly advice: Advice
  /** The pieces that went out, in order. */
  readonly sent: readonly SentPiece[]
  /** The pieces that did not, in order, ready to be sent: the one that failed first. */
  readonly left: readonly OutgoingMessage[]
  /** Neither `'no'` nor `'yes'` would be true of a message of which a part has arrived: see `sent` and `left`. */
  readonly delivered = 'unknown'
  readonly #recall: RecallPieces

  constructor({ sent, left, cause, recall }: IncompleteErrorInit) {
    super({
      code: 'message_incomplete',
      message: `${sent.length} of ${sent.length + left.length} pieces of a message went out: ${messageOf(cause)}`,
      advice: ADVICE,
      cause,
    })
    this.sent = sent
    this.left = left
    this.#recall = recall
  }

  /** Takes back what went out, the last piece first. @throws BotError `nothing_to_recall`; the errors of `rest.recall` */
  async recall(options: Omit<RecallOptions, 'to'> = {}): Promise<void> {
    await this.#recall(this.sent, options)
  }

  /** Whether `value` is such an error, whichever copy of the package made it. */
  static override is(value: unknown): value is IncompleteError {
    return QqkitError.is(value) && value.code === 'message_incomplete'
  }
}
