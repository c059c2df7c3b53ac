import { type Advice, QqkitError } from '@qqkit/core'
import { messageOf } from '@qqkit/core/internal'
import type { SendResult } from '@qqkit/rest'

import type { Target } from '../events/message.js'
import type { ReplyResult } from './parked-reply.js'
import type { OutgoingMessage, PlatformClient } from './platform-client.js'
import { recall, type RecallOptions } from './recall.js'

/** The result of one piece of a message. */
export interface SentPiece {
  readonly outcome: ReplyResult['kind']
  /** For a recall; `null` if the platform gave none. */
  readonly id: string | null
  /** Index for quoting it later (`quote()`). */
  readonly refIdx: string | null
  readonly mode: ReplyResult['mode']
}

/** The pieces of a sent message. */
export interface WholeMessage {
  /** In order; one, unless the message was too long. */
  readonly pieces: readonly SentPiece[]
  /**
   * Recalls all pieces, the last one first.
   *
   * @throws BotError `nothing_to_recall` before any call; the errors of `rest.recall`
   */
  recall(options?: Omit<RecallOptions, 'to'>): Promise<void>
}

/**
 * The result of a message, with all its pieces: that of its last piece, or of the first piece that waits (`'parked'`, `'audit'`).
 */
export type Sent<R extends ReplyResult = SendResult> = R & WholeMessage

/** Recalls pieces. */
type RecallPieces = (pieces: readonly SentPiece[], options: Omit<RecallOptions, 'to'>) => Promise<void>

/** Where pieces can be recalled. */
export interface RecallPlace {
  /** Knows the client of the moment. */
  readonly owner: { client(): PlatformClient }
  readonly target: Target
}

export const recallPieces = (
  { owner, target }: RecallPlace,
  pieces: readonly SentPiece[],
  options: Omit<RecallOptions, 'to'>,
): Promise<void> => recall(owner.client(), target, { id: null, pieces }, options)

/** A result as one piece. */
export const pieceOf = (result: ReplyResult): SentPiece => {
  const { kind: outcome, id, mode } = result
  const refIdx = 'refIdx' in result ? result.refIdx : null
  return { outcome, id, refIdx, mode }
}

/** `pieces` is a getter of the prototype, so that a result is compared and printed without it. */
class Whole implements WholeMessage {
  readonly #results: readonly ReplyResult[]
  readonly #place: RecallPlace
  #pieces: readonly SentPiece[] | null = null

  constructor(results: readonly ReplyResult[], place: RecallPlace) {
    this.#results = results
    this.#place = place
  }

  get pieces(): readonly SentPiece[] {
    return (this.#pieces ??= this.#results.map(pieceOf))
  }

  async recall(options: Omit<RecallOptions, 'to'> = {}): Promise<void> {
    await recallPieces(this.#place, this.pieces, options)
  }

  toJSON(): unknown {
    return Object.assign({}, this, { pieces: this.pieces })
  }
}

/** The result of a message: that of one of its pieces, with those of all. */
export const sentAs = <R extends ReplyResult>(
  result: R,
  all: readonly ReplyResult[],
  place: RecallPlace,
): Sent<R> => Object.assign(new Whole(all, place), result)

/** What an {@link IncompleteError} is made of. */
export interface IncompleteErrorInit {
  readonly sent: readonly SentPiece[]
  readonly unsent: readonly OutgoingMessage[]
  readonly cause: unknown
  readonly recall: RecallPieces
}

const ADVICE: Advice = {
  en: 'Do not send the whole message again: send the pieces in `unsent`, or recall the others with `recall()`. See `cause` for the reason.',
  zh: '请勿重发整条消息：可以发送 unsent 中剩余的内容，或调用 recall() 撤回已发出的部分。原因见 cause。',
}

/**
 * A message was sent in pieces, and one after the first failed: those in `sent` arrived, those in `unsent` did not. `cause` is the
 * failure; `cause.delivered` says whether the first of `unsent` may have arrived.
 */
export class IncompleteError extends QqkitError {
  declare readonly code: 'message_incomplete'
  declare readonly advice: Advice
  /** The pieces that were sent, in order. */
  readonly sent: readonly SentPiece[]
  /** The other pieces, in order and ready to be sent, beginning with the one that failed. */
  readonly unsent: readonly OutgoingMessage[]
  /** A part has arrived, so neither `'no'` nor `'yes'` is true: see `sent` and `unsent`. */
  readonly delivered = 'unknown'
  readonly #recall: RecallPieces

  constructor({ sent, unsent, cause, recall }: IncompleteErrorInit) {
    super({
      code: 'message_incomplete',
      message: `${sent.length} of ${sent.length + unsent.length} pieces of a message were sent: ${messageOf(cause)}`,
      advice: ADVICE,
      cause,
    })
    this.sent = sent
    this.unsent = unsent
    this.#recall = recall
  }

  /** Recalls the pieces that were sent, the last one first. @throws BotError `nothing_to_recall`; the errors of `rest.recall` */
  async recall(options: Omit<RecallOptions, 'to'> = {}): Promise<void> {
    await this.#recall(this.sent, options)
  }

  /** Whether `value` is such an error, whichever copy of the package made it. */
  static override is(value: unknown): value is IncompleteError {
    return QqkitError.is(value) && value.code === 'message_incomplete'
  }
}
