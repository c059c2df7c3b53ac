import { splitMarkdown, splitText, type SendResult } from '@qqkit/rest'

import type { OutgoingMessage } from '../context/outbox.js'

/**
 * A message as the pieces that it has to be sent in. Only text and native markdown are split; what else a message
 * carries goes with the last piece, so that buttons stand below everything.
 */
export const splitMessage = (message: OutgoingMessage, limit: number): readonly OutgoingMessage[] => {
  if (typeof message === 'string') return splitText(message, limit)
  const { content, markdown } = message
  const asText = typeof content === 'string' && content.length > limit ? content : null
  const asMarkdown =
    typeof markdown?.content === 'string' && markdown.content.length > limit ? markdown.content : null
  if (asText === null && asMarkdown === null) return [message]
  const pieces: readonly OutgoingMessage[] =
    asMarkdown === null
      ? splitText(asText ?? '', limit).map((content) => ({ content }))
      : splitMarkdown(asMarkdown, limit).map((content) => ({ markdown: { ...markdown, content } }))
  return pieces.map((piece, index) =>
    index === pieces.length - 1 && typeof piece === 'object' ? { ...message, ...piece } : piece,
  )
}

/** Sends pieces one after the other. @returns the result of the last one */
export const sendPieces = async (
  pieces: readonly OutgoingMessage[],
  send: (piece: OutgoingMessage) => Promise<SendResult>,
): Promise<SendResult> => {
  for (const piece of pieces.slice(0, -1)) await send(piece)
  // There is always one: an empty text is one empty piece, which is refused where messages are checked.
  return send(pieces.at(-1) ?? '')
}
