import type { SendResult } from '@qqkit/rest'

import type { RecallOptions } from '../context/recall.js'
import type { ReplyResult } from '../park/parked-reply.js'

/** What became of one piece of a message. */
export interface SentPiece {
  readonly outcome: ReplyResult['kind']
  /** For a recall; `null` where the platform gave none. */
  readonly id: string | null
  /** Index for quoting it later (`quote()`). */
  readonly refIdx: string | null
  readonly mode: ReplyResult['mode']
}

/** How a message went out, with all its pieces. */
export interface WholeMessage {
  /** In order; one, unless the message was too long for that. */
  readonly pieces: readonly SentPiece[]
  /**
   * Takes all pieces back, the last one first.
   *
   * @throws BotError `nothing_to_recall` before any call; the errors of `rest.recall`
   */
  recall(options?: Omit<RecallOptions, 'to'>): Promise<void>
}

/**
 * What became of a message: the result of its last piece, and of the first that waits (`'parked'`, `'audit'`) where there is
 * one, together with all pieces.
 */
export type Sent<R extends ReplyResult = SendResult> = R & WholeMessage

/** Takes pieces back. */
export type RecallPieces = (pieces: readonly SentPiece[], options: Omit<RecallOptions, 'to'>) => Promise<void>

/** A result as one piece. */
export const pieceOf = (result: ReplyResult): SentPiece => {
  const { kind: outcome, id, mode } = result
  const refIdx = 'refIdx' in result ? result.refIdx : null
  return { outcome, id, refIdx, mode }
}

/** Pieces stand on the prototype, so that a result looks as it always did where it is compared or printed. */
class Whole implements WholeMessage {
  readonly #pieces: readonly SentPiece[]
  readonly #recall: RecallPieces

  constructor(pieces: readonly SentPiece[], recall: RecallPieces) {
    this.#pieces = pieces
    this.#recall = recall
  }

  get pieces(): readonly SentPiece[] {
    return this.#pieces
  }

  async recall(options: Omit<RecallOptions, 'to'> = {}): Promise<void> {
    await this.#recall(this.#pieces, options)
  }

  toJSON(): unknown {
    return Object.assign({}, this, { pieces: this.#pieces })
  }
}

/** The result of a message, given that of the piece which stands for it. */
export const sentAs = <R extends ReplyResult>(
  result: R,
  pieces: readonly SentPiece[],
  recall: RecallPieces,
): Sent<R> => Object.assign(new Whole(pieces, recall), result)
