import { ok, refuse, type Answer } from '../http/answers.js'
import type { CallContext } from '../http/call-context.js'
import { timestampText } from '../time.js'
import type { LiveSettings } from '../live/live-settings.js'
import type { Peer, World } from '../world.js'
import { growStream } from './grow-stream.js'
import { BUSY, openStream } from './open-stream.js'
import { refuseLate } from './refuse-late.js'
import { showStream } from './show-stream.js'
import { endStream, isOld, type Frame, type Stream } from './stream-state.js'

/** Whether an earlier frame to the same user has not been answered yet (§5.4.1). */
const isAnotherUnderWay = (world: World, { call, bot, route }: CallContext): boolean => {
  const own = world.calls.get(call)
  return [...world.calls.values()].some(
    (other) =>
      other.call < call && other.route === route && other.bot === bot.appId && other.path === own?.path,
  )
}

/** `remain_msg_len`, as switched (§5.4.1). */
const REMAINING: Readonly<Record<LiveSettings['streamRemaining'], (world: World, stream: Stream) => object>> =
  {
    zero: () => ({ remain_msg_len: 0 }),
    absent: () => ({}),
    real: (world, { text }) => ({ remain_msg_len: world.settings.textLimit - text.length }),
  }

/** Takes a frame: of the message with this id, or of a new one. */
export const takeFrame = (
  world: World,
  context: CallContext,
  peer: Peer,
  id: unknown,
  frame: Frame,
): Answer => {
  const one = frame.form === 'stream_messages' && world.live.streamsPerUser === 'one'
  if (one && isAnotherUnderWay(world, context)) return refuse(world, BUSY)
  const stream =
    id === undefined ? openStream(world, context, peer, frame) : growStream(world, context, peer, id, frame)
  if ('refused' in stream) return stream.refused
  // The frame that comes too late is shown, and is the last one: the message is closed by it.
  const late = isOld(world, stream)
  if (late) endStream(stream, 'over')
  else if (frame.finished) endStream(stream, 'finished')
  showStream(world, stream, stream.stage === 'open' ? 'streaming' : 'streamed', { payload: context.body })
  if (late) return refuseLate(world, true)
  return ok({
    id: stream.id,
    timestamp: timestampText(world.now),
    ext_info: { ref_idx: '' },
    ...REMAINING[world.live.streamRemaining](world, stream),
  })
}
