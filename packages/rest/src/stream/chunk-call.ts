import { lookUpError, type StreamMessageRequest } from '@qqkit/protocol'

import { wrapped } from '../answers/read-answer.js'
import { isObject } from '../http/json.js'
import { fillRoute } from '../http/route-path.js'
import type { CallInit } from '../pipeline/client.js'
import type { Anchor } from '../send/reply-numbers.js'
import type { Repeatability, RestAnswer, SendGate } from '../types/call.js'
import type { ChunkAnswer } from './chunk-outcome.js'
import type { Chunk, StreamRules } from './state.js'

/** The endpoint of chunks (§5.4 A). */
export const STREAM_CALL = { method: 'POST', route: '/v2/users/{user_openid}/stream_messages' } as const

const GENERATING = 1
const FINISHED = 10

/** Fields shared by all chunks of a stream. */
export interface ChunkTarget {
  readonly userId: string
  /** `null` for a proactive message. */
  readonly anchor: Anchor | null
  readonly contentType: StreamRules['contentType']
  readonly gate: SendGate | undefined
}

const anchorFields = (anchor: Anchor | null, seq: number | null): Partial<StreamMessageRequest> => ({
  ...(anchor?.msgId !== undefined && { msg_id: anchor.msgId }),
  ...(anchor?.eventId !== undefined && { event_id: anchor.eventId }),
  ...(seq !== null && { msg_seq: seq }),
})

/** Without an anchor the platform does not recognise a repeated first chunk. */
const repeatabilityOf = (id: string | null, anchor: Anchor | null): Repeatability => {
  if (id !== null) return 'idempotent'
  return anchor ? 'keyed' : 'plain'
}

/**
 * The call for a chunk (§5.4 A). It is made once, because the stream decides whether and when to repeat it, and under
 * which index.
 *
 * @param seq the same for all chunks of a message (§5.4.1)
 */
export const chunkCall = (
  { userId, anchor, contentType, gate }: ChunkTarget,
  { id, index, how, content, final }: Chunk,
  seq: number | null,
): CallInit => {
  const body: StreamMessageRequest = {
    input_mode: how === 'whole' ? 'replace' : 'append',
    input_state: final ? FINISHED : GENERATING,
    index,
    content_type: contentType,
    content_raw: content,
    ...anchorFields(anchor, seq),
    ...(id !== null && { stream_msg_id: id }),
  }
  return {
    ...STREAM_CALL,
    path: fillRoute(STREAM_CALL.route, { user_openid: userId }),
    body,
    routeClass: 'c2c.stream',
    target: userId,
    repeatability: repeatabilityOf(id, anchor),
    proactive: anchor === null && id === null,
    single: true,
    gate,
  }
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** The status of that text is not known; it may be 200 (§5.4.1). */
const tellsOver = (message: string): boolean =>
  lookUpError({ message }, { area: 'stream' })?.streamOver === true

/** Reads the answer to a chunk. `remain_msg_len` is ignored, because in production it is always 0 (§5.4.1). */
export const readChunkAnswer = ({ body }: RestAnswer): ChunkAnswer => {
  const fields = isObject(body) ? body : {}
  const { id, ext_info: extra, message, msg } = { ...wrapped(fields), ...fields }
  return {
    id: text(id),
    refIdx: isObject(extra) ? text(extra['ref_idx']) : null,
    outlived: tellsOver(text(message) ?? text(msg) ?? ''),
  }
}
