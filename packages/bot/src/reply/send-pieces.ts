import { failureMeans, RestError, type SendResult } from '@qqkit/rest'

import type { ParkedResult } from './parked-reply.js'
import type { OutgoingMessage } from './platform-client.js'
import { IncompleteError, pieceOf, type RecallPieces, type Sent, sentAs, type SentPiece } from './sent.js'
import { halveMessage, weightOf } from './split-message.js'

/** How the pieces of a message go out. */
export interface SendPiecesDeps<R extends ParkedResult> {
  readonly send: (piece: OutgoingMessage) => Promise<SendResult>
  readonly recall: RecallPieces
  /** Ends the wait; what it throws then is thrown as it is. */
  readonly signal?: AbortSignal | undefined
  /** Told of each piece that was refused because it is too long, and is sent again in two. */
  readonly onTooLong?: () => void
  /** Keeps a piece that failed and those after it; `null` where they cannot be kept. Never rejects. */
  readonly keep?: (error: unknown, left: readonly OutgoingMessage[]) => Promise<R | null>
  /** Told of all that went out of a message that did not as a whole. */
  readonly onPartly?: (pieces: readonly OutgoingMessage[]) => void
}

/** The pieces that are left, of which those that are as heavy as the first one go in two. */
const lighter = (left: readonly OutgoingMessage[]): readonly OutgoingMessage[] | null => {
  const [first, ...others] = left
  const halves = first !== undefined && halveMessage(first)
  if (!halves || first === undefined) return null
  const weight = weightOf(first)
  return [
    ...halves,
    ...others.flatMap((other) => (weightOf(other) >= weight && halveMessage(other)) || [other]),
  ]
}

const isTooLong = (error: unknown): boolean =>
  RestError.is(error) && error.delivered === 'no' && failureMeans(error, 'tooLong')

/** One that waits stands for the message: what comes of it is not known yet. */
const waiting = <R extends SendResult>(results: readonly R[]): R | undefined =>
  results.find(({ kind }) => kind === 'audit')

/**
 * Sends pieces one after the other. Those that the platform finds too long go in two.
 *
 * @throws what the first piece fails with; IncompleteError with what went out for a later one; `signal.reason`
 */
export const sendPieces = async <R extends ParkedResult = never>(
  pieces: readonly OutgoingMessage[],
  { send, recall, signal, onTooLong, keep, onPartly }: SendPiecesDeps<R>,
): Promise<Sent<SendResult | R>> => {
  const results: SendResult[] = []
  const gone: OutgoingMessage[] = []
  for (let left = pieces; left.length > 0;) {
    const [piece] = left as readonly [OutgoingMessage]
    try {
      results.push(await send(piece))
    } catch (error) {
      const again = isTooLong(error) ? lighter(left) : null
      if (again) {
        onTooLong?.()
        left = again
        continue
      }
      const kept = (await keep?.(error, left)) ?? null
      const sent = results.map(pieceOf)
      if (gone.length > 0) onPartly?.(gone)
      if (kept) return sentAs<SendResult | R>(kept, [...sent, ...left.map(() => pieceOf(kept))], recall)
      if (sent.length === 0 || signal?.aborted) throw error
      throw new IncompleteError({ sent, left, cause: error, recall })
    }
    gone.push(piece)
    left = left.slice(1)
  }
  // There is always one: an empty text is one empty piece, which is refused where messages are checked.
  const last = results.at(-1) as SendResult
  const each: readonly SentPiece[] = results.map(pieceOf)
  return sentAs<SendResult | R>(waiting(results) ?? last, each, recall)
}
