import type { GatewayBot, GatewayUrl } from '@qqkit/protocol'

import type { CallOptions } from '../../pipeline/client.js'
import { Resource } from './resource.js'

/**
 * Address of the gateway
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-1 §3.1}). A `Gateway`
 * requests it through `rest.access`.
 */
export class GatewayApi extends Resource {
  /**
   * The address of the gateway
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-1 §3.1},
   * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-1 §5.1}).
   */
  url(options?: CallOptions): Promise<GatewayUrl> {
    return this.calls.call('GET /gateway', {}, {}, options)
  }

  /**
   * The address, the suggested shards and how many sessions may still be created; `reset_after` is in ms
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-1 §3.1},
   * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-1 §5.1}).
   */
  bot(options?: CallOptions): Promise<GatewayBot> {
    return this.calls.call('GET /gateway/bot', {}, {}, options)
  }
}
