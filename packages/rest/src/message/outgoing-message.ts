import type { C2CMessageRequest, GuildMessageRequest } from '@qqkit/protocol'

import type { OutgoingFile } from '../media/attach/outgoing-file.js'

/**
 * A message in the shape of the wire
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}), for all four scenes.
 * `msg_type` follows from the content; `msg_id` and `event_id` are better given as the anchor of the send; `msg_seq`
 * counts by itself. `image` and `embed` exist in guild scenes only, `media` in C2C and group only. Builders make parts
 * of it; plain objects are as good.
 */
export interface OutgoingMessage extends C2CMessageRequest, Pick<GuildMessageRequest, 'embed' | 'image'> {
  /** Not of the wire: becomes `media`, `image` or a form with `file_image`, as the scene wants it. */
  readonly file?: OutgoingFile
}
