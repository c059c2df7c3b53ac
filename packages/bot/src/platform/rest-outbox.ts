import { escapeContent, type Rest } from '@qqkit/rest'

import type { Outbox } from '../context/outbox.js'
import type { Scene } from '../message/message.js'

/** Where the server takes HTML escapes off what is sent, so that plain text must have them put on (§5.12). */
const ESCAPED: ReadonlySet<Scene> = new Set(['channel', 'dm'])

/** ms after which an acknowledgement is void (§5.7), so that trying on would only hold up the conversation. */
const ACK_WINDOW = 3000

/** The way out over the HTTP API. */
export const restOutbox = (
  rest: Pick<Rest, 'numbers' | 'send' | 'openStream' | 'recall' | 'api' | 'interactions'>,
): Outbox => ({
  numbers: rest.numbers,
  send: async (target, message, options) => {
    // A target that is none is refused where targets are checked.
    const { scene } = target ?? {}
    const escape = typeof message === 'string' && ESCAPED.has(scene)
    return rest.send(target, escape ? escapeContent(message) : message, options)
  },
  openStream: (target, options) => rest.openStream(target, options),
  acknowledge: async (id, code) => rest.interactions.ack(id, code, { timeout: ACK_WINDOW }),
  recall: async (target, id, options) => rest.recall(target, id, options),
  react: async ({ channelId, id }, emoji, { on, ...options }) =>
    rest.api.reactions[on ? 'add' : 'remove'](channelId, id, emoji, options),
})
