import { record } from '../kernel/kernel.js'
import type { MessageEntry } from '../kernel/log-entry.js'
import { drop } from '../kernel/timer-heap.js'
import { findPeer } from '../places/peers.js'
import { STREAM_LIFE } from '../rules/limits.js'
import type { Stream, StreamsWorld } from './state.js'

/** Whether the lifetime of a stream is over. The older form has no known lifetime (§5.4.1). */
export const isExpired = (world: StreamsWorld, { form, openedAt }: Stream): boolean =>
  form === 'stream_messages' && world.live.streamLife === 'limited' && world.now - openedAt >= STREAM_LIFE

/** A stream ends. */
export const endStream = (stream: Stream, stage: 'finished' | 'over' | 'recalled'): void => {
  stream.stage = stage
  drop(stream.end)
}

/** Whether a user has an open stream of the bot. An abandoned one counts until its lifetime ends (§5.4.1). */
export const hasOpenStream = (world: StreamsWorld, bot: string, peerId: string): boolean =>
  [...world.streams.values()].some(
    (stream) =>
      stream.bot === bot &&
      stream.peerId === peerId &&
      stream.form === 'stream_messages' &&
      stream.stage === 'open' &&
      !isExpired(world, stream),
  )

/** The longest beginning of a text that fits into so many bytes, in whole characters. */
const cutToBytes = (text: string, most: number): string => {
  const bytes = Buffer.from(text)
  let end = most
  // A byte of the form 10xxxxxx continues a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return end < bytes.length ? bytes.subarray(0, end).toString('utf8') : text
}

/** The visible part of a streamed text: all of it, or as many bytes as the live switch allows (§5.4.1). */
const shownText = (world: StreamsWorld, text: string): string => {
  const { streamBytes } = world.live
  return streamBytes === 'all' ? text : cutToBytes(text, streamBytes)
}

/** Logs the visible state of a streamed message. */
export const showStream = (
  world: StreamsWorld,
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
    files: [],
    refIdx: null,
    replyTo: stream.anchor,
    change,
  })
}

/** Ends a stream whose lifetime is over without a final frame; the live switch decides its visible text (§5.4.1). */
export const expireStream = (world: StreamsWorld, id: string): void => {
  const stream = world.streams.get(id)
  if (stream?.stage !== 'open' || world.live.streamLife === 'endless') return
  showStream(world, stream, 'unfinished', {
    payload: { content_type: stream.markdown ? 'markdown' : 'text' },
    text: world.live.streamWithoutFinal === 'first_frame' ? stream.first : stream.text,
  })
}
