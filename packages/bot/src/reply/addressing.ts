import { quote } from '@qqkit/rest'
import { escapeContent, isBlank, mention, type Mentionable } from '@qqkit/rest/text'

import type { Scene, Target } from '../events/message.js'
import type { OutgoingMessage } from './platform-client.js'

const isGuild = (scene: Scene): boolean => scene === 'channel' || scene === 'dm'

/** JavaScript code may pass a value that is no message: the check of messages refuses it. */
const isObject = (message: object): boolean => typeof message === 'object' && message !== null

/** Fields whose text is beside them. */
const TEXT_BESIDE = ['media', 'file', 'image'] as const

/** A message that begins with a mention of a person, where others are around; unchanged where it has no text. */
export const withMention = (
  message: OutgoingMessage,
  { scene }: Target,
  who: Mentionable,
): OutgoingMessage => {
  if (scene === 'c2c' || scene === 'dm') return message
  const name = String(mention(who))
  // A blank text stays blank, to be refused.
  if (typeof message === 'string') return isBlank(message) ? message : `${name} ${message}`
  if (!isObject(message)) return message
  const { content, markdown } = message
  if (markdown?.content !== undefined)
    // On a line of its own, or a heading would be none.
    return { ...message, markdown: { ...markdown, content: `${name}\n${markdown.content}` } }
  if (typeof content === 'string') return { ...message, content: `${name} ${content}` }
  return TEXT_BESIDE.some((field) => message[field] !== undefined) ? { ...message, content: name } : message
}

/** A rendered message that quotes another. */
export const withQuote = (
  message: OutgoingMessage,
  { scene }: Target,
  reference: string,
): OutgoingMessage => {
  if (typeof message !== 'string') return isObject(message) ? { ...quote(reference), ...message } : message
  // The content of an object is sent as it is.
  return { content: isGuild(scene) ? escapeContent(message) : message, ...quote(reference) }
}
