import { streamLife, streamSpacing } from '@qqkit/protocol'

import { markupAsText } from '../message/place-markup.js'
import { withMentionForm } from '../text/inline.js'
import { MessageStream } from './message-stream.js'
import { StreamDriver, type StreamParts } from './stream-driver.js'
import type { Room } from './room.js'
import type { StreamRules } from './stream-state.js'
import { checkStream, type MaxLength, type StreamOptions, type StreamTarget } from './stream-options.js'

/** Characters of one message where nothing else is given: no number is documented. */
const LONGEST = 5000

const roomOf = (length: MaxLength): Room =>
  typeof length === 'number' ? { unit: 'characters', most: length } : { unit: 'bytes', most: length.bytes }

/**
 * Opens a stream. Nothing is sent before something is written.
 *
 * @throws InvalidRequestError; `signal.reason` when the signal has aborted
 */
export const openStream = (
  parts: StreamParts,
  target: StreamTarget,
  options: StreamOptions,
): MessageStream => {
  checkStream(target, options)
  const { anchor, signal, timeout, mode = 'append', contentType = 'text' } = options
  signal?.throwIfAborted()
  const {
    replayed = false,
    shared = false,
    throttle = streamSpacing.defaultMs,
    maxAge = streamLife.closeAfterMs,
    maxLength = LONGEST,
  } = options
  const rules: StreamRules = {
    contentType,
    mode: anchor ? 'passive' : 'proactive',
    throttle,
    room: roomOf(maxLength),
    maxAge,
  }
  const terms = { userId: target.id, anchor, contentType, rules, replayed, shared, timeout }
  const driver = new StreamDriver(parts, terms)
  const onWire =
    contentType === 'text'
      ? (text: string): string => markupAsText(text, { scene: 'c2c' })
      : (text: string): string => withMentionForm(text, parts.mentionForm)
  return new MessageStream(driver, { mode, onWire, signal })
}
