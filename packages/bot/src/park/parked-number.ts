import type { OutgoingMessage } from '../context/outbox.js'
import type { Target } from '../message/message.js'

/** Numbers apart from those that answers of handlers get, which count up from 1 (§6.2). */
const FIRST = 10_000
const COUNT = 50_000

/** The same id gives the same number, in every process. */
const numberOf = (id: string): number => {
  let hash = 0
  for (const character of id) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0
  return FIRST + (hash % COUNT)
}

/**
 * A parked reply with a `msg_seq` of its own. It goes out on an event whose handler answers as well, and whose handler may
 * run again after a crash: its answers must get the same numbers then, whether or not a parked reply went before them.
 */
export const withParkedNumber = (
  message: OutgoingMessage,
  { scene }: Target,
  id: string,
): OutgoingMessage => {
  if (scene === 'channel' || scene === 'dm') return message
  return { ...(typeof message === 'string' ? { content: message } : message), msg_seq: numberOf(id) }
}
