import type { OutgoingMessage } from '../context/outbox.js'
import { splitMessage } from './split-message.js'

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
