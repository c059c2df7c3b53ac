import type { BodyOf, ResponseOf } from '@qqkit/protocol'

import type { CallOptions } from '../../pipeline/client.js'
import { Resource } from './resource.js'

/**
 * The menu of the bot in private chats, the same for everyone
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
 */
export class MenuApi extends Resource {
  /**
   * The menu and its version; both are missing if there is no menu
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
   */
  get(options?: CallOptions): Promise<ResponseOf<'GET /v2/menu'>> {
    return this.calls.call('GET /v2/menu', {}, {}, options)
  }

  /**
   * Replaces the whole menu: at most 10 items
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}).
   */
  set(body: BodyOf<'PUT /v2/menu'>, options?: CallOptions): Promise<ResponseOf<'PUT /v2/menu'>> {
    return this.calls.call('PUT /v2/menu', {}, { body }, options)
  }
}
