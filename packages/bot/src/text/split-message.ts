import { splitMarkdown, splitText, type SendResult } from '@qqkit/rest'

import type { OutgoingMessage } from '../context/outbox.js'

/**
 * A message as the pieces that it has to be sent in. Only text and native markdown are split; what else a message
 * carries goes with the last piece, so that buttons stand below everything.
 *
 * @param limit characters of one piece
 * @param most pieces that can go out as answers: cuts are less choosy where that makes them fit
 */
export const splitMessage = (
  message: OutgoingMessage,
  limit: number,
  most: number = Infinity,
): readonly OutgoingMessage[] => {
  if (typeof message === 'string') return splitText(message, limit, most)
  // Whoever writes JavaScript gives what a model did not say: it is refused where messages are checked.
  if (typeof message !== 'object' || message === null) return [message]
  const { content, markdown } = message
  const asText = typeof content === 'string' && content.length > limit ? content : null
  const asMarkdown =
    typeof markdown?.content === 'string' && markdown.content.length > limit ? markdown.content : null
  if (asText === null && asMarkdown === null) return [message]
  const pieces: readonly OutgoingMessage[] =
    asMarkdown === null
      ? splitText(asText ?? '', limit, most).map((content) => ({ content }))
      : splitMarkdown(asMarkdown, limit, most).map((content) => ({ markdown: { ...markdown, content } }))
  return pieces.map((piece, index) =>
    index === pieces.length - 1 && typeof piece === 'object' ? { ...message, ...piece } : piece,
  )
}

/** What the last piece of a message stands for, where there are several. */
const PIECES = new WeakMap<object, readonly { readonly id: string | null }[]>()

/** All pieces of a message that was sent, given the result of the last one; the message itself where it is one piece. */
export const piecesOf = (last: { readonly id: string | null }): readonly { readonly id: string | null }[] =>
  PIECES.get(last) ?? [last]

/**
 * Sends pieces one after the other.
 *
 * @param onFailure decides about a piece that failed and those after it
 * @returns the result of the last one
 */
export const sendPieces = async <R = never>(
  pieces: readonly OutgoingMessage[],
  send: (piece: OutgoingMessage) => Promise<SendResult>,
  onFailure: (error: unknown, left: readonly OutgoingMessage[]) => Promise<R> = rethrow,
): Promise<SendResult | R> => {
  const results: SendResult[] = []
  for (const [index, piece] of pieces.entries()) {
    try {
      results.push(await send(piece))
    } catch (error) {
      return onFailure(error, pieces.slice(index))
    }
  }
  // There is always one: an empty text is one empty piece, which is refused where messages are checked.
  const last = results.at(-1) as SendResult
  if (results.length > 1) PIECES.set(last, results)
  return last
}

const rethrow = async (error: unknown): Promise<never> => {
  throw error
}
