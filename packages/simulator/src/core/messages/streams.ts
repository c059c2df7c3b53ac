import { ok, refuse, type Answer } from '../http/answers.js'
import type { CallContext } from '../http/call-context.js'
import { textIn } from '../http/scalars.js'
import { drawUuid } from '../random.js'
import { timestampText } from '../time.js'
import { record, type Peer, type StreamedMessage, type World } from '../world.js'
import { checkAnchor, expiredCode, useAnchor } from './anchor.js'
import { keepWithin } from './keep.js'
import { grownCode } from './length.js'

type Body = CallContext['body']

/** One chunk, whichever form it came in. */
export interface Chunk {
  readonly text: string
  /** Whether `text` is the whole text so far, and whether it may change what was delivered. */
  readonly how: 'append' | 'replace' | 'reset'
  readonly finished: boolean
}

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
    replyTo: stream.anchor,
    change: stream.finished ? 'streamed' : 'streaming',
  })

/** The first chunk opens the message and spends one reply. Whether later chunks spend more is not known (§5.4). */
const open = (world: World, { bot, body }: CallContext, peer: Peer): StreamedMessage | number | Answer => {
  const check = checkAnchor(world, bot, peer, body)
  if ('refused' in check) return check.refused
  if (!check.anchor && body['is_wakeup'] !== true) return 40034024
  if (check.anchor) useAnchor(world, check.anchor, check.seq, body)
  const stream = {
    id: drawUuid(world.random),
    bot: bot.appId,
    peerId: peer.id,
    anchor: check.anchor?.id ?? null,
    text: '',
    finished: false,
  }
  keepWithin(world, world.streams, stream.id, stream, world.settings.textLimit)
  return stream
}

/** Whether a later chunk names the anchor that the message was opened with, or none. Some clients send two (§5.4). */
const fits = ({ msg_id: messageId, event_id: eventId }: Body, anchor: string | null): boolean => {
  const named: readonly unknown[] = [messageId, eventId].filter((id) => id !== undefined && id !== null)
  return named.length === 0 || named.includes(anchor)
}

/**
 * The message that a later chunk belongs to. The anchor must still be there and in its window, unless `is_wakeup` skips
 * that check. CONFLICT (§5.4): `msg_seq` may stay or count up.
 */
const goOn = (
  world: World,
  { bot, body }: CallContext,
  peer: Peer,
  id: unknown,
): StreamedMessage | number => {
  const stream = world.streams.get(textIn(id))
  if (!stream || stream.bot !== bot.appId || stream.peerId !== peer.id || stream.finished) return 40034024
  if (body['is_wakeup'] === true) return stream
  if (!fits(body, stream.anchor)) return 40034024
  const anchor = stream.anchor === null ? undefined : world.anchors.get(stream.anchor)
  return (anchor && expiredCode(world, anchor)) ?? stream
}

const grow = (world: World, stream: StreamedMessage, { text, how, finished }: Chunk): number | null => {
  const whole = how === 'append' ? stream.text + text : text
  if (how === 'replace' && !whole.startsWith(stream.text)) return 40007
  const grown = grownCode(world, whole)
  if (grown !== null) return grown
  stream.text = whole
  stream.finished = finished
  return null
}

/** Takes a chunk: of the message with this id, or of a new one. */
export const takeChunk = (
  world: World,
  context: CallContext,
  peer: Peer,
  id: unknown,
  chunk: Chunk,
): Answer => {
  const stream = (id ?? null) === null ? open(world, context, peer) : goOn(world, context, peer, id)
  if (typeof stream === 'number') return refuse(world, stream)
  if ('status' in stream) return stream
  const code = grow(world, stream, chunk)
  if (code !== null) return refuse(world, code)
  tell(world, context, peer, stream)
  return ok({
    id: stream.id,
    timestamp: timestampText(world.now),
    ext_info: { ref_idx: '' },
    remain_msg_len: world.settings.textLimit - stream.text.length,
  })
}
