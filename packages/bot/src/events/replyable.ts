import { replyableEvents } from '@qqkit/protocol'

import { fields, text, type Fields } from '../message/fields.js'
import type { Target } from '../message/message.js'

type Place = (payload: Fields) => Target | null

const c2c: Place = (payload) => {
  const id = text(payload.openid) || text(payload.user_openid)
  return id === '' ? null : { scene: 'c2c', id }
}
const group: Place = (payload) => {
  const id = text(payload.group_openid)
  return id === '' ? null : { scene: 'group', id }
}
const channel: Place = (payload) => {
  const id = text(payload.channel_id)
  return id === '' ? null : { scene: 'channel', id }
}

/** Events whose id is accepted as `event_id`, in whatever scene (§6.3). */
const REPLYABLE: ReadonlySet<string> = new Set(Object.values(replyableEvents).flat())

/** Whether an event can be answered by its id. */
export const isReplyable = (event: string): boolean => REPLYABLE.has(event)

/** Where an event that is no message took place, as far as its payload tells (§4.4 – §4.11). */
export const placeOf = (payload: unknown): Target | null => {
  const known = fields(payload)
  return group(known) ?? channel(known) ?? c2c(known)
}
