import { renderMarkup } from '@qqkit/rest'
import type { NameOf } from '@qqkit/rest/text'

import type { Target } from '../events/message.js'
import type { OutgoingMessage } from './platform-client.js'

/**
 * Renders the mentions and other markup in a message for the scene of its target. This happens before the message is cut or
 * parked, since only this process knows which markup it made.
 */
export const renderForTarget = (
  message: OutgoingMessage,
  target: Target,
  nameOf?: NameOf,
): OutgoingMessage => {
  // Invalid targets and messages are left to the checks of `rest.send`.
  const { scene } = target ?? {}
  if (typeof message === 'string') {
    const plain = { content: message }
    const placed = renderMarkup(plain, { scene, nameOf, unescaped: true })
    return placed === plain ? message : placed
  }
  return typeof message === 'object' && message !== null ? renderMarkup(message, { scene, nameOf }) : message
}

/** Whether markdown mentions people: their names are needed if markdown is refused. */
export const mentionsPeople = (message: OutgoingMessage): boolean =>
  typeof message === 'object' && /<(?:qqbot-at-user|@)/.test(message?.markdown?.content ?? '')
