import type { StreamMessageRequest } from '@qqkit/protocol'

import { isObject } from '../http/read-answer.js'
import { fillRoute } from '../http/route-path.js'
import type { RestAnswer } from '../pipeline/call.js'
import type { CallInit } from '../pipeline/caller.js'
import type { Anchor } from '../reply/anchor.js'
import type { ChunkAnswer } from './accept-chunk.js'
import { wasLimited } from './judge-chunk.js'
import type { Chunk, StreamRules } from './stream-state.js'

const ROUTE = '/v2/users/{user_openid}/stream_messages'
const GENERATING = 1
const FINISHED = 10

/** What all chunks of a stream have in common. */
export interface ChunkPlace {
  readonly userId: string
  readonly anchor: Anchor
  readonly contentType: StreamRules['contentType']
}

/**
 * The call that carries a chunk (§5.4 A). Each one holds the whole text of its message: a repeat changes nothing then,
 * whereas text that is added twice stands there twice.
 */
export const chunkCall = (
  { userId, anchor, contentType }: ChunkPlace,
  { id, index, content, final }: Chunk,
  seq: number,
): CallInit => {
  const body: StreamMessageRequest = {
    input_mode: 'replace',
    input_state: final ? FINISHED : GENERATING,
    index,
    content_type: contentType,
    content_raw: content,
    ...(anchor.msgId === undefined ? { event_id: anchor.eventId } : { msg_id: anchor.msgId }),
    // CONFLICT §5.4: stays for the whole stream, or counts up. It stays in the documentation.
    msg_seq: seq,
    ...(id !== null && { stream_msg_id: id }),
  }
  return {
    method: 'POST',
    route: ROUTE,
    path: fillRoute(ROUTE, { user_openid: userId }),
    body,
    routeClass: 'c2c.stream',
    target: userId,
    repeatability: id === null ? 'keyed' : 'idempotent',
  }
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** Reads the answer to a chunk. */
export const readChunkAnswer = (answer: RestAnswer): ChunkAnswer => {
  const fields = isObject(answer.body) ? answer.body : {}
  const { ext_info: extra, remain_msg_len: remaining } = fields
  return {
    id: text(fields['id']),
    refIdx: isObject(extra) ? text(extra['ref_idx']) : null,
    remaining: typeof remaining === 'number' && Number.isFinite(remaining) ? remaining : null,
    limited: wasLimited(answer),
  }
}
