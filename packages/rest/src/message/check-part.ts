import { checkShape } from '../checks/check-shape.js'
import { messageSchema } from './message-schema.js'
import type { OutgoingMessage } from './outgoing-message.js'
import { refuseBlank } from './refuse-blank.js'

/**
 * Checks what a builder made, where it is made: a fault shows up at the line that wrote it, not at the send.
 *
 * @throws InvalidRequestError with path and limit
 */
export const checkPart = <P extends OutgoingMessage>(part: P): P => {
  checkShape(messageSchema, part, 'message')
  refuseBlank('content', part.content)
  refuseBlank('markdown.content', part.markdown?.content)
  return part
}
