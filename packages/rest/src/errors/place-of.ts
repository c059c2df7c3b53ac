import { errorAreaOf, type ErrorPlace } from '@qqkit/protocol'

import { isObject } from '../http/read-answer.js'
import type { LiveCall } from '../pipeline/call.js'

const isId = (value: unknown): boolean => typeof value === 'string' && value !== ''

/** Whether a call replies to a message or event; the sender says so itself, since a form hides its fields (§5.10). */
const isReply = ({ proactive, body }: Pick<LiveCall, 'proactive' | 'body'>): boolean => {
  if (proactive !== undefined) return !proactive
  return isObject(body) && (isId(body['msg_id']) || isId(body['event_id']))
}

/** Of which call an answer is, as far as it changes what a number means (§2.8, §6.1). */
export const placeOf = (call: Pick<LiveCall, 'method' | 'route' | 'proactive' | 'body'>): ErrorPlace => ({
  area: errorAreaOf(call.method, call.route),
  reply: isReply(call),
})
