import type { GroupMuteRequest, GroupMuteSetting } from '@qqkit/protocol'

import type { CallOptions } from '../../pipeline/client.js'
import { Resource } from './resource.js'

/**
 * Muted members of a group; for bots that are admin of the group
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export class GroupMutesApi extends Resource {
  /**
   * The rules of a group and its muted members; bots that are admin of the group
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  get(groupOpenid: string, options?: CallOptions): Promise<GroupMuteSetting> {
    return this.calls.call(
      'GET /v2/groups/{group_openid}/restrict_chat_setting',
      { group_openid: groupOpenid },
      {},
      options,
    )
  }

  /**
   * Mutes up to 20 ordinary members for up to 30 days, or unmutes them; bots that are admin of the group
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  set(groupOpenid: string, body: GroupMuteRequest, options?: CallOptions): Promise<void> {
    return this.calls.run(
      'POST /v2/groups/{group_openid}/restrict_chat_setting',
      { group_openid: groupOpenid },
      { body },
      options,
    )
  }
}
