import type {
  BlacklistAnswer,
  BlacklistedUser,
  BlacklistPage,
  BlacklistRequest,
  CursorQuery,
} from '@qqkit/protocol'

import type { CallOptions } from '../../pipeline/client.js'
import { blacklistPaging } from '../calls/pagings.js'
import { Resource } from './resource.js'

/**
 * The blacklist of a group; whitelisted bots only, others are refused with 11253
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export class GroupBlacklistApi extends Resource {
  /**
   * One page of the blacklist of a group, by default 20, at most 100; whitelisted bots only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  list(groupOpenid: string, query: CursorQuery = {}, options?: CallOptions): Promise<BlacklistPage> {
    return this.calls.call(
      'GET /v2/groups/{group_openid}/member_blacklist',
      { group_openid: groupOpenid },
      { query },
      options,
    )
  }

  /**
   * Everyone on the blacklist of a group, page by page; whitelisted bots only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}). `timeout` holds for
   * each page.
   */
  all(
    groupOpenid: string,
    query: CursorQuery = {},
    options?: CallOptions,
  ): AsyncGenerator<BlacklistedUser, void, undefined> {
    return this.calls.pages(
      'GET /v2/groups/{group_openid}/member_blacklist',
      blacklistPaging,
      { group_openid: groupOpenid },
      query,
      options,
    )
  }

  /**
   * Adds up to 20 users to the blacklist, or removes them; current members of the group cannot be added
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  change(groupOpenid: string, body: BlacklistRequest, options?: CallOptions): Promise<BlacklistAnswer> {
    return this.calls.call(
      'POST /v2/groups/{group_openid}/member_blacklist',
      { group_openid: groupOpenid },
      { body },
      options,
    )
  }
}
