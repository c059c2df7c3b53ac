import type { CallOptions } from '../../pipeline/client.js'
import { Resource } from './resource.js'

/**
 * The microphone in voice channels; audio bots only
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export class MicApi extends Resource {
  /**
   * Takes the microphone; audio bots only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  on(channelId: string, options?: CallOptions): Promise<void> {
    return this.calls.run('PUT /channels/{channel_id}/mic', { channel_id: channelId }, {}, options)
  }

  /**
   * Releases the microphone; audio bots only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  off(channelId: string, options?: CallOptions): Promise<void> {
    return this.calls.run('DELETE /channels/{channel_id}/mic', { channel_id: channelId }, {}, options)
  }
}
