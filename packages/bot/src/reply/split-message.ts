import { splitMarkdown, splitText } from '@qqkit/rest/text'

import type { OutgoingMessage } from './platform-client.js'

/**
 * Cuts a message into pieces. Only text and native markdown are cut; a quote goes with the first piece, other parts with the
 * last, so that buttons are below all text.
 *
 * @param limit characters of one piece
 * @param most pieces that can be sent as answers: cuts are at worse places if the text fits only then
 */
export const splitMessage = (
  message: OutgoingMessage,
  limit: number,
  most: number = Infinity,
): readonly OutgoingMessage[] => {
  if (typeof message === 'string') return splitText(message, limit, most)
  // JavaScript code may pass a value that is no message: the check of messages refuses it.
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
  const { message_reference: reference, ...others } = message
  return pieces.map((piece, index) => ({
    ...(index === pieces.length - 1 && others),
    ...(typeof piece === 'object' && piece),
    ...(index === 0 && reference && { message_reference: reference }),
  }))
}

/** Shortest piece in characters: a shorter one is not refused for its length. */
const SMALLEST = 100

/** A little more than half, so that a good place for the cut is within reach. */
const HALF = 0.55

const textIn = (message: OutgoingMessage): string => {
  if (typeof message === 'string') return message
  return message.markdown?.content ?? message.content ?? ''
}

/** The size of a message's text on the wire, in bytes: 5000 Chinese characters are 15 000. */
export const weightOf = (message: OutgoingMessage): number => Buffer.byteLength(textIn(message))

/** Cuts a message that was too long for the platform in two; `null` if it is too short for that. */
export const halveMessage = (message: OutgoingMessage): readonly OutgoingMessage[] | null => {
  const limit = Math.ceil(textIn(message).length * HALF)
  if (limit < SMALLEST) return null
  const halves = splitMessage(message, limit, 2)
  return halves.length > 1 ? halves : null
}
