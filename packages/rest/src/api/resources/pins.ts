import type { Pins } from '@qqkit/protocol'

import type { CallOptions } from '../../pipeline/client.js'
import { Resource } from './resource.js'

/**
 * Pinned messages of channels
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export class PinsApi extends Resource {
  /**
   * The pinned messages of a channel
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  get(channelId: string, options?: CallOptions): Promise<Pins> {
    return this.calls.call('GET /channels/{channel_id}/pins', { channel_id: channelId }, {}, options)
  }

  /**
   * Pins a message; at most 20 per channel
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  add(channelId: string, messageId: string, options?: CallOptions): Promise<Pins> {
    return this.calls.call(
      'PUT /channels/{channel_id}/pins/{message_id}',
      { channel_id: channelId, message_id: messageId },
      {},
      options,
    )
  }

  /**
   * Unpins a message, or `'all'`
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  remove(channelId: string, messageId: string, options?: CallOptions): Promise<void> {
    return this.calls.run(
      'DELETE /channels/{channel_id}/pins/{message_id}',
      { channel_id: channelId, message_id: messageId },
      {},
      options,
    )
  }
}
