import { failureMeans, RestError, type SendResult } from '@qqkit/rest'

import type { Target } from '../events/message.js'
import type { ParkedResult } from './parked-reply.js'
import type { OutgoingMessage, PlatformClient, PlatformSendOptions } from './platform-client.js'
import { recall } from './recall.js'
import { IncompleteError, pieceOf, type RecallPieces, type Sent, sentAs, type SentPiece } from './sent.js'
import { halveMessage, weightOf } from './split-message.js'

/** How the pieces of a message go out. */
export interface SendPiecesDeps<R extends ParkedResult> {
  /** The client of the moment: a recall may come after a restart of the bot, which makes a new one. */
  readonly client: () => PlatformClient
  readonly target: Target
  /** Gives the options of a piece, just before it is sent. `index` counts the pieces that went out. */
  readonly optionsOf: (piece: OutgoingMessage, index: number) => PlatformSendOptions
  readonly onSent?: (result: SendResult) => void
  /** Ends the wait; its reason is thrown as it is. */
  readonly signal?: AbortSignal | undefined
  /** Called for each piece that the platform found too long; it is sent again in two. */
  readonly onTooLong?: () => void
  /** Parks a piece that failed and those after it; `null` where they cannot be parked. Never rejects. */
  readonly park?: (error: unknown, unsent: readonly OutgoingMessage[]) => Promise<R | null>
  /** Called with the pieces that went out, when others did not. */
  readonly onIncomplete?: (pieces: readonly OutgoingMessage[]) => void
}

/** The pieces left, with each that is as heavy as the first one cut in two; `null` where the first cannot be cut. */
const lighter = (unsent: readonly OutgoingMessage[]): readonly OutgoingMessage[] | null => {
  const [first, ...others] = unsent
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

/** A piece under review stands for the whole message, since its end is not known yet. */
const waiting = <R extends SendResult>(results: readonly R[]): R | undefined =>
  results.find(({ kind }) => kind === 'audit')

/**
 * Sends pieces one after the other. A piece that the platform finds too long is sent again in two.
 *
 * @throws the error of the first piece; IncompleteError, with the pieces that went out, for a later one; `signal.reason`
 */
export const sendPieces = async <R extends ParkedResult = never>(
  pieces: readonly OutgoingMessage[],
  { client, target, optionsOf, onSent, signal, onTooLong, park, onIncomplete }: SendPiecesDeps<R>,
): Promise<Sent<SendResult | R>> => {
  const recallPieces: RecallPieces = async (sent, options) =>
    recall(client(), target, { id: null, pieces: sent }, options)
  const results: SendResult[] = []
  const gone: OutgoingMessage[] = []
  for (let unsent = pieces; unsent.length > 0;) {
    const [piece] = unsent as readonly [OutgoingMessage]
    try {
      const result = await client().send(target, piece, optionsOf(piece, results.length))
      onSent?.(result)
      results.push(result)
    } catch (error) {
      const again = isTooLong(error) ? lighter(unsent) : null
      if (again) {
        onTooLong?.()
        unsent = again
        continue
      }
      const parked = (await park?.(error, unsent)) ?? null
      const sent = results.map(pieceOf)
      if (gone.length > 0) onIncomplete?.(gone)
      if (parked)
        return sentAs<SendResult | R>(parked, [...sent, ...unsent.map(() => pieceOf(parked))], recallPieces)
      if (sent.length === 0 || signal?.aborted) throw error
      throw new IncompleteError({ sent, unsent, cause: error, recall: recallPieces })
    }
    gone.push(piece)
    unsent = unsent.slice(1)
  }
  // There is at least one: an empty text is one empty piece, which the check of messages refuses.
  const last = results.at(-1) as SendResult
  const each: readonly SentPiece[] = results.map(pieceOf)
  return sentAs<SendResult | R>(waiting(results) ?? last, each, recallPieces)
}
