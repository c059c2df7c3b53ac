import type { GroupBotState, GroupInfo } from '@qqkit/protocol'

import type { CallOptions } from '../../pipeline/client.js'
import { Resource } from './resource.js'

/**
 * Groups ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}). The platform
 * opens these calls to whitelisted bots; others are refused with 11253.
 */
export class GroupsApi extends Resource {
  /**
   * Name, description, tags and size of a group; whitelisted bots only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  info(groupOpenid: string, options?: CallOptions): Promise<GroupInfo> {
    return this.calls.call('GET /v2/groups/{group_openid}/info', { group_openid: groupOpenid }, {}, options)
  }

  /**
   * The bot's state in a group: role, proactive messages, received events; whitelisted bots only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  botState(groupOpenid: string, options?: CallOptions): Promise<GroupBotState> {
    return this.calls.call(
      'GET /v2/groups/{group_openid}/bot_state',
      { group_openid: groupOpenid },
      {},
      options,
    )
  }
}
