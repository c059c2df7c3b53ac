import type { Delivery, WireFrame } from '@qqkit/core'

import { fields, text } from '../message/fields.js'
import { isMessageEvent, SCENE_OF_EVENT } from '../message/parse-message.js'
import { sceneEntry } from '../message/quote.js'

/** What the platform calls a message. One id can stand on several messages, told apart by their index (§4.1). */
export interface MessageName {
  /** Scene and message id. */
  readonly id: string
  /** `msg_idx`; `null` where the event has none. */
  readonly index: string | null
}

/** What a message event calls its message; `null` for other events, and without an id. */
export const messageName = ({ t, d }: WireFrame): MessageName | null => {
  const name = t ?? ''
  if (!isMessageEvent(name)) return null
  const payload = fields(d)
  const id = text(payload.id)
  return id === '' ? null : { id: `${SCENE_OF_EVENT[name]}:${id}`, index: sceneEntry(payload, 'msg_idx') }
}

/**
 * What names an event that is no message: a click its own id, which is acknowledged with, whatever the frames around its copies
 * are called (§5.7); any other event the key of its delivery.
 */
export const eventName = ({ frame: { t, d }, key }: Delivery): string => {
  const click = t === 'INTERACTION_CREATE' ? text(fields(d).id) : ''
  return click === '' ? key : `click:${click}`
}
