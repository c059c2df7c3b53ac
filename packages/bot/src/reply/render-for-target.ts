import { renderMarkup } from '@qqkit/rest'
import type { NameOf } from '@qqkit/rest/text'

import type { Target } from '../events/message.js'
import type { OutgoingMessage } from './platform-client.js'

/**
 * A message as what shows the mentions and other markup in its text, before it is cut and before it waits anywhere: only this
 * process knows what it has made.
 */
export const renderForTarget = (
  message: OutgoingMessage,
  target: Target,
  nameOf?: NameOf,
): OutgoingMessage => {
  // A target or a message that is none is refused where those are checked.
  const { scene } = target ?? {}
  if (typeof message === 'string') {
    const plain = { content: message }
    const placed = renderMarkup(plain, { scene, nameOf, unescaped: true })
    return placed === plain ? message : placed
  }
  return typeof message === 'object' && message !== null ? renderMarkup(message, { scene, nameOf }) : message
}

/** Whether markdown mentions people, who have to be named where markdown is refused. */
export const mentionsPeople = (message: OutgoingMessage): boolean =>
  typeof message === 'object' && /<(?:qqbot-at-user|@)/.test(message?.markdown?.content ?? '')
