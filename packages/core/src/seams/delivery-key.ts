import type { WireFrame } from './frame.js'

/** Events that carry a message, and its scene: one message can be pushed as two of them (§4.3, §4.6). */
const MESSAGE_SCENES: Readonly<Record<string, string>> = {
  C2C_MESSAGE_CREATE: 'c2c',
  GROUP_AT_MESSAGE_CREATE: 'group',
  GROUP_MESSAGE_CREATE: 'group',
  AT_MESSAGE_CREATE: 'channel',
  MESSAGE_CREATE: 'channel',
  DIRECT_MESSAGE_CREATE: 'dm',
}

/**
 * The key by which copies of one event are recognised, whichever transport and however often they come: scene and
 * message id, else the frame's own id, else what the transport gives.
 *
 * @param otherwise makes the key of a frame without any id, e.g. from session and sequence number
 */
export const deliveryKey = (frame: WireFrame, otherwise: () => string): string => {
  const scene = MESSAGE_SCENES[frame.t ?? '']
  if (scene !== undefined && typeof frame.d === 'object' && frame.d !== null) {
    const { id } = frame.d as { readonly id?: unknown }
    if (typeof id === 'string' && id !== '') return `${scene}:${id}`
  }
  return frame.id ? `event:${frame.id}` : otherwise()
}
