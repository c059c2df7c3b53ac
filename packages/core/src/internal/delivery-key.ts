import type { WireFrame } from '../contracts/frame.js'

/**
 * The key by which copies of one event are recognised, whichever transport and however often they come: the frame's own
 * id, else what the transport gives. It names the event, never the message: one message can be pushed as two events
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-3 §4.3}, {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-6 §4.6}),
 * and one message id can stand on several messages ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-1 §4.1}).
 *
 * @param otherwise makes the key of a frame without an id, e.g. from session and sequence number
 */
export const deliveryKey = (frame: WireFrame, otherwise: () => string): string =>
  typeof frame.id === 'string' && frame.id !== '' ? `event:${frame.id}` : otherwise()
