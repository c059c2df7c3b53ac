import { refuse, type Answer } from '../http/answers.js'
import type { CallContext } from '../http/call-context.js'
import { textIn } from '../http/scalars.js'
import { checkSlot, expiredCode, useAnchor } from '../messages/anchor.js'
import { grownCode } from '../messages/length.js'
import type { Anchor, Peer, World } from '../world.js'
import { refuseLate } from './refuse-late.js'
import type { Frame, Stream } from './stream-state.js'

type Body = CallContext['body']
type Refused = { readonly refused: Answer }

/** Whether a later frame names the anchor that the message was opened with, or none. Some clients send two (§5.4). */
const fits = ({ msg_id: messageId, event_id: eventId }: Body, anchor: string | null): boolean => {
  const named: readonly unknown[] = [messageId, eventId].filter((id) => id !== undefined)
  return named.length === 0 || named.includes(anchor)
}

const find = (world: World, { bot }: CallContext, peer: Peer, id: unknown): Stream | null => {
  const stream = world.streams.get(textIn(id))
  return stream && stream.bot === bot.appId && stream.peerId === peer.id ? stream : null
}

/** The anchor of a stream, while it is still known. */
const anchorOf = (world: World, { anchor }: Stream): Anchor | undefined =>
  anchor === null ? undefined : world.anchors.get(anchor)

/** Why a frame cannot be added to a stream that is open, or `null`. What was delivered is final. */
const frameCode = (world: World, { body }: CallContext, stream: Stream, frame: Frame): number | null => {
  if (body['is_wakeup'] !== true) {
    if (!fits(body, stream.anchor)) return 40034024
    const anchor = anchorOf(world, stream)
    const expired = anchor && expiredCode(world, anchor)
    if (expired) return expired
  }
  if (frame.how === 'replace' && !frame.text.startsWith(stream.text)) return 40007
  return grownCode(world, wholeText(stream, frame))
}

const wholeText = ({ text }: Stream, frame: Frame): string =>
  frame.how === 'append' ? text + frame.text : frame.text

/** A later frame goes to the stream that it names. The order is: index, state, anchor, prefix, length, slot (§5.4.1). */
export const growStream = (
  world: World,
  context: CallContext,
  peer: Peer,
  id: unknown,
  frame: Frame,
): Stream | Refused => {
  const refused = (code: number): Refused => ({ refused: refuse(world, code) })
  const stream = find(world, context, peer, id)
  if (!stream) return refused(40034024)
  // Also the answer to a repeat of a frame that had arrived, and of the last one.
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
