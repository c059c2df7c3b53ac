import { type Answer, ok, refuse, refuseInWords } from '../http/answers.js'
import type { CallContext } from '../http/call-context.js'
import { textIn } from '../http/scalars.js'
import { later } from '../kernel/kernel.js'
import { drawUuid } from '../kernel/random.js'
import { timestampText } from '../kernel/time.js'
import { checkAnchor, checkSlot, expiredCode, useAnchor } from '../messages/anchor.js'
import { keepWithin } from '../messages/keep.js'
import { grownCode } from '../messages/length.js'
import { quotaCode, spendQuota } from '../messages/quota.js'
import type { Anchor } from '../messages/state.js'
import type { Peer } from '../places/state.js'
import { STREAM_LIFE } from '../rules/limits.js'
import type { LiveSettings } from '../rules/live-settings.js'
import type { Frame, Stream, StreamsWorld } from './state.js'
import { endStream, hasOpenStream, isExpired, showStream } from './stream.js'

/**
 * The answer to a frame after the lifetime of its stream. Only its text is known; 400 without a code is a choice
 * (§5.4.1, §9). `taken`: the frame was still added and shown.
 */
const refuseLate = (world: StreamsWorld, taken: boolean): Answer =>
  refuseInWords(world, '同一流式消息发送超过时间限制', { status: 400, executed: taken })

/** 其它流式消息发送中: another frame has no answer yet, or another stream has no end (§5.4.1). */
const BUSY = 40034021

/** The code for a stream without an anchor, which needs proactive quota, or `null` (§6.4). */
const proactiveCode = (world: StreamsWorld, { bot }: CallContext, peer: Peer): number | null =>
  peer.accepts ? quotaCode(world, bot, peer, false) : 40054013

/**
 * Opens a stream with its first frame, which takes the one slot: a repeat is a duplicate (§5.4.1). Without an anchor,
 * or with `is_wakeup`, which ignores it, the message is proactive.
 */
const openStream = (
  world: StreamsWorld,
  context: CallContext,
  peer: Peer,
  frame: Frame,
): Stream | { readonly refused: Answer } => {
  const { bot, body } = context
  const refused = (code: number): { readonly refused: Answer } => ({ refused: refuse(world, code) })
  const check = body['is_wakeup'] === true ? { anchor: null, seq: 0 } : checkAnchor(world, bot, peer, body)
  if ('refused' in check) return check
  const one = frame.form === 'stream_messages' && world.live.streamsPerUser === 'one'
  if (one && hasOpenStream(world, bot.appId, peer.id)) return refused(BUSY)
  const code = grownCode(world, frame.text) ?? (check.anchor ? null : proactiveCode(world, context, peer))
  if (code !== null) return refused(code)
  if (check.anchor) useAnchor(world, check.anchor, check.seq, body)
  spendQuota(world, bot, peer, check.anchor !== null)
  const id = drawUuid(world.random)
  const stream: Stream = {
    id,
    bot: bot.appId,
    peerId: peer.id,
    form: frame.form,
    anchor: check.anchor?.id ?? null,
    openedAt: world.now,
    markdown: frame.markdown,
    first: frame.text,
    stage: 'open',
    index: frame.index,
    text: frame.text,
    end: later(world, STREAM_LIFE, { kind: 'leave-stream', stream: id }),
  }
  keepWithin(world, world.streams, stream.id, stream, world.settings.textLimit)
  return stream
}

type Body = CallContext['body']
type Refused = { readonly refused: Answer }

/** Whether a later frame names the anchor of the first frame, or none. Some clients send both ids (§5.4). */
const namesAnchor = ({ msg_id: messageId, event_id: eventId }: Body, anchor: string | null): boolean => {
  const named: readonly unknown[] = [messageId, eventId].filter((id) => id !== undefined)
  return named.length === 0 || named.includes(anchor)
}

const find = (world: StreamsWorld, { bot }: CallContext, peer: Peer, id: unknown): Stream | null => {
  const stream = world.streams.get(textIn(id))
  return stream && stream.bot === bot.appId && stream.peerId === peer.id ? stream : null
}

/** The anchor of a stream, if it is still stored. */
const anchorOf = (world: StreamsWorld, { anchor }: Stream): Anchor | undefined =>
  anchor === null ? undefined : world.anchors.get(anchor)

/** The code that refuses a frame of an open stream, or `null`. Delivered text is final. */
const frameCode = (
  world: StreamsWorld,
  { body }: CallContext,
  stream: Stream,
  frame: Frame,
): number | null => {
  if (body['is_wakeup'] !== true) {
    if (!namesAnchor(body, stream.anchor)) return 40034024
    const anchor = anchorOf(world, stream)
    const expired = anchor && expiredCode(world, anchor)
    if (expired) return expired
  }
  if (frame.how === 'replace' && !frame.text.startsWith(stream.text)) return 40007
  return grownCode(world, wholeText(stream, frame))
}

const wholeText = ({ text }: Stream, frame: Frame): string =>
  frame.how === 'append' ? text + frame.text : frame.text

/** Adds a later frame to its stream. Order of the checks: index, state, anchor, prefix, length, slot (§5.4.1). */
const growStream = (
  world: StreamsWorld,
  context: CallContext,
  peer: Peer,
  id: unknown,
  frame: Frame,
): Stream | Refused => {
  const refused = (code: number): Refused => ({ refused: refuse(world, code) })
  const stream = find(world, context, peer, id)
  if (!stream) return refused(40034024)
  // A repeat of an accepted frame, even of the last one, gets the same answer.
  if (stream.form === 'stream_messages' && frame.index <= stream.index) return refused(40006)
  if (stream.stage === 'over') return { refused: refuseLate(world, false) }
  if (stream.stage !== 'open') return refused(40034024)
  const code = frameCode(world, context, stream, frame)
  if (code !== null) return refused(code)
  const anchor = world.live.streamSlots === 'per_chunk' ? anchorOf(world, stream) : undefined
  const slot = anchor ? checkSlot(world, anchor, context.body) : null
  if (slot) return { refused: slot }
  if (anchor) useAnchor(world, anchor, null, context.body)
  stream.index = frame.index
  stream.text = wholeText(stream, frame)
  return stream
}

/** Whether an earlier frame to the same user is still without an answer (§5.4.1). */
const isAnotherOpen = (world: StreamsWorld, { call, bot, route }: CallContext): boolean => {
  const own = world.calls.get(call)
  return [...world.calls.values()].some(
    (other) =>
      other.call < call && other.route === route && other.bot === bot.appId && other.path === own?.path,
  )
}

/** `remain_msg_len`, by the live switch (§5.4.1). */
const remainingLength: Readonly<
  Record<LiveSettings['streamRemaining'], (world: StreamsWorld, stream: Stream) => object>
> = {
  zero: () => ({ remain_msg_len: 0 }),
  absent: () => ({}),
  real: (world, { text }) => ({ remain_msg_len: world.settings.textLimit - text.length }),
}

/** Handles a frame: of the stream with its id, or of a new stream. */
export const takeFrame = (
  world: StreamsWorld,
  context: CallContext,
  peer: Peer,
  id: unknown,
  frame: Frame,
): Answer => {
  const one = frame.form === 'stream_messages' && world.live.streamsPerUser === 'one'
  if (one && isAnotherOpen(world, context)) return refuse(world, BUSY)
  const stream =
    id === undefined ? openStream(world, context, peer, frame) : growStream(world, context, peer, id, frame)
  if ('refused' in stream) return stream.refused
  // A late frame is still shown, and closes the message.
  const late = isExpired(world, stream)
  if (late) endStream(stream, 'over')
  else if (frame.finished) endStream(stream, 'finished')
  showStream(world, stream, stream.stage === 'open' ? 'streaming' : 'streamed', { payload: context.body })
  if (late) return refuseLate(world, true)
  return ok({
    id: stream.id,
    timestamp: timestampText(world.now),
    ext_info: { ref_idx: '' },
    ...remainingLength[world.live.streamRemaining](world, stream),
  })
}
