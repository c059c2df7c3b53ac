import type { MessageEntry } from '../kernel/log-entry.js'
import { findPeer } from '../places/peers.js'
import { record, type World } from '../world/world.js'
import type { Stream } from './stream-state.js'

/** The longest beginning of a text that fits into so many bytes, in whole characters. */
const cutToBytes = (text: string, most: number): string => {
  const bytes = Buffer.from(text)
  let end = most
  // A byte of the form 10xxxxxx goes on with a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return end < bytes.length ? bytes.subarray(0, end).toString('utf8') : text
}

/** What people see of a streamed text: all of it, or as many bytes as switched (§5.4.1). */
const shownText = (world: World, text: string): string => {
  const { streamBytes } = world.live
  return streamBytes === 'all' ? text : cutToBytes(text, streamBytes)
}

/** Writes into the log what people see of a streamed message. */
export const showStream = (
  world: World,
  stream: Stream,
  change: MessageEntry['change'],
  { payload, text = stream.text }: { readonly payload: unknown; readonly text?: string },
): void => {
  const bot = world.bots.get(stream.bot)
  const peer = findPeer(world, stream.bot, 'c2c', stream.peerId)
  if (!bot || !peer) return
  record(world, {
    kind: 'message',
    direction: 'out',
    bot: bot.appId,
    scene: 'c2c',
    peer: peer.name,
    peerId: peer.id,
    author: bot.name,
    id: stream.id,
    content: shownText(world, text),
    payload,
    replyTo: stream.anchor,
    change,
  })
}

/** The life of a stream has ended without its final frame: what people are left with, as switched (§5.4.1). */
export const leaveUnfinished = (world: World, id: string): void => {
  const stream = world.streams.get(id)
  if (stream?.stage !== 'open' || world.live.streamLife === 'endless') return
  showStream(world, stream, 'unfinished', {
    payload: { content_type: stream.markdown ? 'markdown' : 'text' },
    text: world.live.streamWithoutFinal === 'first_frame' ? stream.first : stream.text,
  })
}
