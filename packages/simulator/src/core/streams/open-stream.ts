import { refuse, type Answer } from '../http/answers.js'
import type { CallContext } from '../http/call-context.js'
import { checkAnchor, useAnchor } from '../messages/anchor.js'
import { keepWithin } from '../messages/keep.js'
import { grownCode } from '../messages/length.js'
import { quotaCode, spendQuota } from '../messages/quota.js'
import { drawUuid } from '../random.js'
import { STREAM_LIFE } from '../rules/limits.js'
import { later, type Peer, type World } from '../world.js'
import { hasOpenStream, type Frame, type Stream } from './stream-state.js'

/** 其它流式消息发送中: another frame is under way, or another stream was never ended (§5.4.1). */
export const BUSY = 40034021

/** Why a stream that replies to nothing may not be opened: proactive messages have their quota (§6.4). */
const proactiveCode = (world: World, { bot }: CallContext, peer: Peer): number | null =>
  peer.accepts ? quotaCode(world, bot, peer, false) : 40054013

/**
 * The first frame opens the message and takes its one slot: a repeat of it is a duplicate (§5.4.1). Without an anchor, or
 * with `is_wakeup`, which lets nobody look at it, the message is proactive.
 */
export const openStream = (
  world: World,
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
