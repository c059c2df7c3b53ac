import { type Answer, empty, refuse } from '../http/answers.js'
import type { CallContext, Handler } from '../http/call-context.js'
import { lengthCode } from '../messages/length.js'
import { recallCodes, recallHandlers } from '../messages/recall.js'
import { sendHandlers } from '../messages/send.js'
import { findPeer } from '../places/peers.js'
import { RECALL_WINDOW } from '../rules/limits.js'
import type { Stream, StreamsWorld } from './state.js'
import { endStream, showStream } from './stream.js'
import { takeFrame } from './take-frame.js'

type Body = CallContext['body']

/** Whether a state ends the stream: 1 and 11 continue, 10 and 20 end (§5.4 B). */
const streamStates: ReadonlyMap<unknown, boolean> = new Map([
  [1, false],
  [10, true],
  [11, false],
  [20, true],
])

const MARKDOWN = 2

const bodyOf = (value: unknown): Body | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : null

/** Whether a send is a chunk of a stream. */
const isChunk = (body: Body): boolean => bodyOf(body['stream']) !== null

/** A C2C send with a `stream` field (§5.4 B), the older form. Its `index` starts at 0 or at 1. */
const streamField: Handler<StreamsWorld> = (world, context): Answer => {
  const { bot, params, body } = context
  const peer = findPeer(world, bot.appId, 'c2c', params[0] ?? '')
  if (!peer) return refuse(world, 11255)
  if (!peer.present) return refuse(world, 40054004)
  const long = lengthCode(world, context)
  if (long !== null) return refuse(world, long)
  const stream = bodyOf(body['stream']) ?? {}
  const finished = streamStates.get(stream['state'])
  const markdown = body['msg_type'] === MARKDOWN
  const text = markdown ? bodyOf(body['markdown'])?.['content'] : body['content']
  if (finished === undefined || typeof text !== 'string') return refuse(world, 12002)
  // Only the text of this refusal is known (§2.7); its code is the one for malformed markdown.
  if (markdown && finished && !text.endsWith('\n'))
    return refuse(world, 40034011, { message: '流式消息md分片需要\\n结束' })
  const how = stream['reset'] === true ? 'reset' : 'append'
  return takeFrame(world, context, peer, stream['id'], {
    form: 'stream_field',
    index: 0,
    text,
    how,
    markdown,
    finished,
  })
}

const GENERATING = 1
const FINISHED = 10

/** The index of a frame, 0 when absent, `null` when invalid. */
const indexIn = (value: unknown = 0): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null

/** `POST /v2/users/{}/stream_messages` (§5.4 A, §5.4.1). */
export const streamMessage: Handler<StreamsWorld> = (world, context): Answer => {
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

/** `POST` of a message to a user: a chunk of a stream, or a message of its own (§5.2, §5.4 B). */
export const sendToUser: Handler<StreamsWorld> = (world, context) =>
  isChunk(context.body) ? streamField(world, context) : sendHandlers.c2c(world, context)

/** Recalls a streamed message, by the live switch (§5.6). If allowed, the rules of other messages apply. */
const recallStream = (world: StreamsWorld, stream: Stream): Answer => {
  const { unknown, late } = recallCodes.c2c
  if (world.live.streamRecall === 'refuse') return refuse(world, 40061001)
  if (stream.stage === 'recalled') return refuse(world, unknown)
  if (world.now - stream.openedAt > RECALL_WINDOW) return refuse(world, late)
  endStream(stream, 'recalled')
  showStream(world, stream, 'recalled', { payload: null })
  return empty(200)
}

/** `DELETE` of a message to a user, streamed or not (§5.6). */
export const recallFromUser: Handler<StreamsWorld> = (world, context) => {
  const { bot, params } = context
  const [openid = '', id = ''] = params
  const stream = world.streams.get(id)
  const peer = findPeer(world, bot.appId, 'c2c', openid)
  const theirs = stream?.bot === bot.appId && stream.peerId === peer?.id
  return stream && theirs ? recallStream(world, stream) : recallHandlers.c2c(world, context)
}
