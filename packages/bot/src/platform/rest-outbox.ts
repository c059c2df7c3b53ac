import type { Rest } from '@qqkit/rest'

import type { Outbox } from '../context/outbox.js'
import { encodeHtml } from '../message/html.js'
import type { Scene } from '../message/message.js'

/** Where the server takes HTML escapes off what is sent, so that plain text must have them put on (§5.12). */
const ESCAPED: ReadonlySet<Scene> = new Set(['channel', 'dm'])

const REACTION = '/channels/{channel_id}/messages/{message_id}/reactions/{type}/{id}'

/** ms after which an acknowledgement is void (§5.7), so that trying on would only hold up the conversation. */
const ACK_WINDOW = 3000

/** The way out over the HTTP API. */
export const restOutbox = (rest: Pick<Rest, 'send' | 'recall' | 'request' | 'interactions'>): Outbox => ({
  send: async (target, message, options) => {
    const escape = typeof message === 'string' && ESCAPED.has(target.scene)
    return rest.send(target, escape ? encodeHtml(message) : message, options)
  },
  acknowledge: async (id, code) => rest.interactions.ack(id, code, { timeout: ACK_WINDOW }),
  recall: async (target, id, options) => rest.recall(target, id, options),
  react: async ({ channelId, id }, { type, id: emoji }, { on, ...options }) => {
    const params = { channel_id: channelId, message_id: id, type: String(type), id: emoji }
    await rest.request(`${on ? 'PUT' : 'DELETE'} ${REACTION}`, { ...options, params })
  },
})
