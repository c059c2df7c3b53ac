import { refuse, type Answer } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { findPeer } from '../people/peers.js'
import { lengthCode } from './length.js'
import { takeChunk } from './streams.js'

const GENERATING = 1
const FINISHED = 10

const isIndex = (value: unknown): boolean =>
  value === undefined || (Number.isInteger(value) && Number(value) >= 0)

/** `POST /v2/users/{}/stream_messages` (§5.4 A). What was delivered is never changed. */
export const streamMessage: Handler = (world, context): Answer => {
  const { bot, params, body } = context
  const peer = findPeer(world, bot.appId, 'c2c', params[0] ?? '')
  if (!peer?.present) return refuse(world, 40054004)
  const { content_raw: text, input_state: state, input_mode: how = 'append', content_type: type } = body
  const long = lengthCode(world, context)
  if (long !== null) return refuse(world, long)
  if (typeof text !== 'string' || (state !== GENERATING && state !== FINISHED)) return refuse(world, 12002)
  if ((how !== 'append' && how !== 'replace') || !isIndex(body['index'])) return refuse(world, 12002)
  if (type !== undefined && type !== 'text' && type !== 'markdown') return refuse(world, 12002)
  return takeChunk(world, context, peer, body['stream_msg_id'], { text, how, finished: state === FINISHED })
}
