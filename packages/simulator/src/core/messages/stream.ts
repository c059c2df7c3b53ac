import { putBounded } from '../bounded-map.js'
import { ok, refuse, type Answer } from '../http/answers.js'
import type { CallContext, Handler } from '../http/call-context.js'
import { findPeer } from '../people/peers.js'
import { drawUuid } from '../random.js'
import { timestampText } from '../time.js'
import { record, type Peer, type StreamedMessage, type World } from '../world.js'
import { checkAnchor, useAnchor } from './anchor.js'
import { grownCode, lengthCode } from './length.js'

const GENERATING = 1
const FINISHED = 10

const tell = (world: World, { bot, body }: CallContext, peer: Peer, stream: StreamedMessage): void =>
  record(world, {
    kind: 'message',
    direction: 'out',
    bot: bot.appId,
    scene: 'c2c',
    peer: peer.name,
    peerId: peer.id,
    author: bot.name,
    id: stream.id,
    content: stream.text,
    payload: body,
    replyTo: typeof body['msg_id'] === 'string' ? body['msg_id'] : null,
    change: 'streamed',
  })

/** The first chunk opens the message and spends one reply. Whether later chunks spend more is not known (§5.4). */
const open = (world: World, context: CallContext, peer: Peer): StreamedMessage | number => {
  const { bot, body } = context
  const check = checkAnchor(world, bot, peer, body)
  if ('code' in check) return check.code
  if (!check.anchor && body['is_wakeup'] !== true) return 40034024
  if (check.anchor) useAnchor(check.anchor, check.seq)
  const stream = {
    id: drawUuid(world.random),
    bot: bot.appId,
    peerId: peer.id,
    text: '',
    index: -1,
    finished: false,
  }
  putBounded(world.streams, stream.id, stream, world.settings.memory)
  return stream
}

const goOn = (world: World, { bot, body }: CallContext, peer: Peer): StreamedMessage | number => {
  const stream = world.streams.get(String(body['stream_msg_id']))
  return stream && stream.bot === bot.appId && stream.peerId === peer.id && !stream.finished
    ? stream
    : 40034024
}

/** `POST /v2/users/{}/stream_messages` (§5.4 A). What was delivered is never changed. */
export const streamMessage: Handler = (world, context): Answer => {
  const { bot, params, body } = context
  const peer = findPeer(world, bot.appId, 'c2c', params[0] ?? '')
  if (!peer?.present) return refuse(world, 40054004)
  const { content_raw: text, input_state: state, input_mode: mode = 'append' } = body
  const long = lengthCode(world, context)
  if (long !== null) return refuse(world, long)
  if (typeof text !== 'string' || (state !== GENERATING && state !== FINISHED)) return refuse(world, 12002)
  if (mode !== 'append' && mode !== 'replace') return refuse(world, 12002)
  const stream = body['stream_msg_id'] === undefined ? open(world, context, peer) : goOn(world, context, peer)
  if (typeof stream === 'number') return refuse(world, stream)
  const whole = mode === 'append' ? stream.text + text : text
  if (!whole.startsWith(stream.text)) return refuse(world, 40007)
  const grown = grownCode(world, whole)
  if (grown !== null) return refuse(world, grown)
  stream.text = whole
  stream.index = Number(body['index'] ?? stream.index + 1)
  stream.finished = state === FINISHED
  tell(world, context, peer, stream)
  return ok({ id: stream.id, timestamp: timestampText(world.now), ext_info: { ref_idx: '' } })
}
