import type { StreamMessageRequest } from '@qqkit/protocol'

import type { Answer, Seen } from './scripted-dispatcher.js'

/** Chunks among calls. */
export const chunksOf = (calls: readonly Seen[]): readonly StreamMessageRequest[] =>
  calls
    .filter(({ path }) => path.endsWith('/stream_messages'))
    .map(({ body }) => body as StreamMessageRequest)

/** The answer to a chunk (§5.4). */
export const taken = (id = 'stream-1', more: object = {}): Answer => ({
  status: 200,
  body: { id, timestamp: '2026-09-01T09:08:09+08:00', ext_info: { ref_idx: 'REFIDX_9' }, ...more },
})
