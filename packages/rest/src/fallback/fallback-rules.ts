import type { OutgoingMessage } from '../message/outgoing-message.js'
import { plainText } from '../message/plain-text.js'

/** A way to send a refused message after all. */
export interface FallbackRule {
  /** Stands in the steps of the result. */
  readonly name: string
  /** Which meaning of a refusal opens it: a column of the error table of `@qqkit/protocol`. */
  readonly when: 'anchorDead' | 'markdownRefused' | 'proactiveRefused' | 'mediaNotFetchable'
  /** The message to send instead; `null` when this one cannot be changed. Must leave its argument as it is. */
  readonly change: (message: OutgoingMessage) => OutgoingMessage | null
  /** Whether the changed message is a new one to the platform, which it would not recognise as a repeat. */
  readonly losesKey: boolean
}

/** Without its anchor a message is proactive. Typing notices and stream chunks mean nothing without one. */
const withoutAnchor = (message: OutgoingMessage): OutgoingMessage | null => {
  const { msg_id: msgId, event_id: _eventId, msg_seq: _seq, ...rest } = message
  if (rest.input_notify || rest.stream || rest.msg_type === 6) return null
  const reference = rest.message_reference
  // The quote stays, but it must not take the message down when the quoted one is gone as well.
  return reference && reference.message_id === msgId
    ? { ...rest, message_reference: { ...reference, ignore_get_message_error: true } }
    : rest
}

/** Native markdown as text. The keyboard goes with it: text carries none. A template has no text of its own. */
const asText = (message: OutgoingMessage): OutgoingMessage | null => {
  const { markdown, keyboard: _keyboard, msg_type: _type, ...rest } = message
  const content = plainText(markdown?.content ?? '')
  return content === '' ? null : { ...rest, content }
}

/**
 * The fallback chain. A rule is entered at most once per send, and only when every attempt before is known not to have been
 * delivered.
 */
export const fallbackRules: readonly FallbackRule[] = Object.freeze([
  Object.freeze({
    name: 'proactive',
    when: 'anchorDead',
    change: withoutAnchor,
    losesKey: true,
  } satisfies FallbackRule),
  Object.freeze({
    name: 'plain_text',
    when: 'markdownRefused',
    change: asText,
    losesKey: false,
  } satisfies FallbackRule),
])
