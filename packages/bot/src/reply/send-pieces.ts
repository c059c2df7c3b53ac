import { failureMeans, RestError, type SendResult } from '@qqkit/rest'

import type { Target } from '../events/message.js'
import type { ParkedResult, ReplyResult } from './parked-reply.js'
import type { OutgoingMessage, PlatformClient, PlatformSendOptions } from './platform-client.js'
import { IncompleteError, pieceOf, type RecallPlace, recallPieces, type Sent, sentAs } from './sent.js'
import { halveMessage, weightOf } from './split-message.js'

/** Where the pieces of one message go. */
export interface PieceRoute {
  readonly target: Target
  /** Ends the wait; its reason is thrown as it is. */
  readonly signal?: AbortSignal | undefined
  /** Where it is written down how far the message is. */
  readonly journal?: PieceJournal | undefined
}

/** Writes down how far a message is. */
export interface PieceJournal {
  /** Pieces that an earlier run has sent. */
  readonly gone: readonly Gone[]
  /** Before each piece but the first of this run. */
  goOn(gone: readonly Gone[], unsent: readonly OutgoingMessage[]): Promise<void>
  /** Nothing is left. */
  end(gone: readonly Gone<ReplyResult>[]): void
  /** The next piece certainly did not go out. */
  fail(gone: readonly Gone[], unsent: readonly OutgoingMessage[]): void
}

/** Whose messages are sent: one object for all of them, so that a message needs no functions of its own. */
export interface PieceOwner<T extends PieceRoute> {
  /** The client of the moment: a recall may come after a restart of the bot, which makes a new one. */
  client(): PlatformClient
  /** Gives the options of a piece, just before it is sent. `index` counts the pieces that went out. */
  optionsOf(piece: OutgoingMessage, index: number, route: T): PlatformSendOptions
  onSent?(result: SendResult, route: T): void
  /** Called for each piece that the platform found too long; it is sent again in two. */
  onTooLong?(route: T): void
  /** Called when all pieces went out. */
  onComplete?(route: T): void
  /** Called with the pieces that went out, when others did not. */
  onIncomplete?(pieces: readonly OutgoingMessage[]): void
}

/** Parks a piece that failed and those after it; `null` where they cannot be parked. Never rejects. */
export type Park<R extends ParkedResult> = (
  error: unknown,
  unsent: readonly OutgoingMessage[],
) => Promise<R | null>

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

const isWaiting = ({ kind }: ReplyResult): boolean => kind === 'audit' || kind === 'parked'

/** A piece that went out, or is parked. */
export interface Gone<R extends ReplyResult = SendResult> {
  readonly piece: OutgoingMessage
  readonly result: R
}

const resultOf = <R extends ReplyResult>({ result }: Gone<R>): R => result

/** The result of a message by those of its pieces. One that waits stands for all of them, since its end is not known yet. */
export const wholeOf = <R extends ReplyResult>(results: readonly R[], place: RecallPlace): Sent<R> =>
  sentAs(results.find(isWaiting) ?? results.at(-1)!, results, place)

/**
 * Sends pieces one after the other. A piece that the platform finds too long is sent again in two.
 *
 * @throws the error of the first piece; IncompleteError, with the pieces that went out, for a later one; `signal.reason`
 */
export const sendPieces = async <T extends PieceRoute, R extends ParkedResult = never>(
  pieces: readonly OutgoingMessage[],
  route: T,
  owner: PieceOwner<T>,
  park?: Park<R>,
): Promise<Sent<SendResult | R>> => {
  const { target, signal, journal } = route
  const gone: Gone[] = [...(journal?.gone ?? [])]
  let isFirst = true
  for (let unsent = pieces; ;) {
    // There is at least one: an empty text is one empty piece, which the check of messages refuses.
    const [piece] = unsent as readonly [OutgoingMessage]
    try {
      if (journal && !isFirst) await journal.goOn(gone, unsent)
      isFirst = false
      const result = await owner.client().send(target, piece, owner.optionsOf(piece, gone.length, route))
      owner.onSent?.(result, route)
      gone.push({ piece, result })
      unsent = unsent.slice(1)
      if (unsent.length > 0) continue
      journal?.end(gone)
      owner.onComplete?.(route)
      return wholeOf<SendResult | R>(gone.map(resultOf), { owner, target })
    } catch (error) {
      const again = isTooLong(error) ? lighter(unsent) : null
      if (again) {
        owner.onTooLong?.(route)
        unsent = again
        continue
      }
      const parked = (await park?.(error, unsent)) ?? null
      if (gone.length > 0) owner.onIncomplete?.(gone.map((one) => one.piece))
      if (parked) {
        const all = [...gone, ...unsent.map((left) => ({ piece: left, result: parked }))]
        journal?.end(all)
        return sentAs<SendResult | R>(parked, all.map(resultOf<SendResult | R>), { owner, target })
      }
      if (RestError.is(error) && error.delivered === 'no') journal?.fail(gone, unsent)
      if (gone.length === 0 || signal?.aborted) throw error
      throw new IncompleteError({
        sent: gone.map(({ result }) => pieceOf(result)),
        unsent,
        cause: error,
        recall: async (sent, options) => recallPieces({ owner, target }, sent, options),
      })
    }
  }
}
