import type { ShareLinkRequest } from '@qqkit/protocol'

import { unexpectedAnswer } from '../../errors/unexpected-answer.js'
import type { CallOptions } from '../../pipeline/caller.js'
import { Resource } from './resource.js'

const ENDPOINT = 'POST /v2/generate_url_link'

/** Links by which people find the bot (§5.9). */
export class ShareLinksApi extends Resource {
  /**
   * A link that adds the bot; `callback_data`, at most 32 characters, comes back as `scene_param` of `FRIEND_ADD` (§5.9).
   *
   * @throws RestError, also for an answer without a link
   */
  async create(body: ShareLinkRequest = {}, options?: CallOptions): Promise<string> {
    const answer = await this.calls.call(ENDPOINT, {}, { body }, options)
    // Clients have seen it with and without an envelope.
    const url = answer?.data?.url ?? answer?.url
    if (typeof url !== 'string' || url === '') throw unexpectedAnswer(ENDPOINT, 'no link in the answer')
    return url
  }
}
