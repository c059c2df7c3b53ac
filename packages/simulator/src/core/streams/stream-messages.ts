import { refuse, type Answer } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { findPeer } from '../people/peers.js'
import { lengthCode } from '../messages/length.js'
import { takeFrame } from './take-frame.js'

const GENERATING = 1
const FINISHED = 10

/** The index of a frame, 0 when it is absent; `null` when it is none. */
const indexIn = (value: unknown = 0): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null

/** `POST /v2/users/{}/stream_messages` (§5.4 A, §5.4.1). */
export const streamMessage: Handler = (world, context): Answer => {
  const { bot, params, body } = context
  const peer = findPeer(world, bot.appId, 'c2c', params[0] ?? '')
  if (!peer) return refuse(world, 11255)
  if (!peer.present) return refuse(world, 40054004)
  const { content_raw: text, input_state: state, input_mode: how = 'append', content_type: type } = body
  const long = lengthCode(world, context)
  if (long !== null) return refuse(world, long)
  if (typeof text !== 'string' || (state !== GENERATING && state !== FINISHED)) return refuse(world, 12002)
  const index = indexIn(body['index'])
  if ((how !== 'append' && how !== 'replace') || index === null) return refuse(world, 12002)
  if (type !== undefined && type !== 'text' && type !== 'markdown') return refuse(world, 12002)
  return takeFrame(world, context, peer, body['stream_msg_id'], {
    form: 'stream_messages',
    index,
    text,
    how,
    markdown: type === 'markdown',
    finished: state === FINISHED,
  })
}
