import { streamSpacing } from '@qqkit/protocol'

import { MessageStream } from './message-stream.js'
import { StreamDriver, type StreamParts } from './stream-driver.js'
import { checkStream, type StreamOptions, type StreamTarget } from './stream-options.js'

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
  const { anchor, signal, timeout, mode = 'append', contentType = 'text', replayed = false } = options
  signal?.throwIfAborted()
  const { throttle = streamSpacing.defaultMs, maxLength = null } = options
  const rules = { contentType, throttle, maxLength }
  const driver = new StreamDriver(parts, { userId: target.id, anchor, contentType, rules, replayed, timeout })
  return new MessageStream(driver, mode, signal)
}
