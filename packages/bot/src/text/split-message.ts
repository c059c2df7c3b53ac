import { splitMarkdown, splitText } from '@qqkit/rest'

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
