import type { Rest } from '@qqkit/rest'

import type { Outbox } from '../context/outbox.js'
import { encodeHtml } from '../message/html.js'
import type { Scene } from '../message/message.js'

/** Where the server takes HTML escapes off what is sent, so that plain text must have them put on (§5.12). */
const ESCAPED: ReadonlySet<Scene> = new Set(['channel', 'dm'])

/** The way out over the HTTP API. Asks for the client at each call, since a stopped bot can start again with a new one. */
export const restOutbox = (rest: () => Rest): Outbox => ({
  send: async (target, message, options) => {
    const escape = typeof message === 'string' && ESCAPED.has(target.scene)
    return rest().send(target, escape ? encodeHtml(message) : message, options)
  },
  acknowledge: async (id, code) => rest().interactions.ack(id, code),
})
