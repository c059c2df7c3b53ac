import type { MessageType } from '@qqkit/protocol'

import type { OutgoingMessage } from './outgoing-message.js'

/** Which `msg_type` a field stands for, in the order in which they decide (§5.2). */
const TYPES = [
  ['input_notify', 6],
  ['media', 7],
  ['file', 7],
  ['markdown', 2],
  ['ark', 3],
  ['embed', 4],
] as const satisfies readonly (readonly [keyof OutgoingMessage, MessageType])[]

/** The `msg_type` that the content of a message needs; 0 for text. */
export const neededType = (message: OutgoingMessage): MessageType => {
  for (const [field, type] of TYPES) if (message[field] !== undefined) return type
  return 0
}

/** The `msg_type` of a message: the one it names, or the one that its content needs. */
export const messageType = (message: OutgoingMessage): MessageType => message.msg_type ?? neededType(message)
