import { splitMarkdown, splitText } from '@qqkit/rest/text'

import type { OutgoingMessage } from './platform-client.js'

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

/** Pieces are not made smaller than this, in characters: what is refused then is refused for something else. */
const SMALLEST = 100

/** A little more than half, so that a sensible place for the cut is within reach. */
const HALF = 0.55

const textIn = (message: OutgoingMessage): string => {
  if (typeof message === 'string') return message
  return message.markdown?.content ?? message.content ?? ''
}

/** How much the text of a message is on the wire, in bytes: 5000 Chinese characters are 15 000. */
export const weightOf = (message: OutgoingMessage): number => Buffer.byteLength(textIn(message))

/** A message that was too long for the platform, in two; `null` where it cannot be that. */
export const halveMessage = (message: OutgoingMessage): readonly OutgoingMessage[] | null => {
  const limit = Math.ceil(textIn(message).length * HALF)
  if (limit < SMALLEST) return null
  const halves = splitMessage(message, limit, 2)
  return halves.length > 1 ? halves : null
}
