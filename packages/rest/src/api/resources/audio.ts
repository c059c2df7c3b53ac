import type { AudioRequest } from '@qqkit/protocol'

import type { CallOptions } from '../../pipeline/client.js'
import { Resource } from './resource.js'

/**
 * Playing in voice channels; audio bots only
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export class AudioApi extends Resource {
  /**
   * Starts, pauses, resumes or stops what is played in a voice channel; audio bots only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  control(channelId: string, body: AudioRequest, options?: CallOptions): Promise<void> {
    return this.calls.run('POST /channels/{channel_id}/audio', { channel_id: channelId }, { body }, options)
  }
}
