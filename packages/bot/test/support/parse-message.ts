import { fields } from '../../src/events/fields.js'
import type { Message } from '../../src/events/message.js'
import { messageEvent, type MessageEventName, ReceivedMessage } from '../../src/events/parse-message.js'

/** Reads a payload whole, by a bot that knows no id of its own; `null` if it lacks an id or a place. */
export const parseMessage = (name: MessageEventName, payload: unknown): Message | null => {
  const received = new ReceivedMessage(messageEvent(name)!, fields(payload), new Set())
  return received.isUsable ? received.whole : null
}
