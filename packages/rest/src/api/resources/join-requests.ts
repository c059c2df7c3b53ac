import type { CursorQuery, JoinApprovalRequest, JoinRequest, JoinRequestPage } from '@qqkit/protocol'

import type { CallOptions } from '../../pipeline/client.js'
import { joinRequestPaging } from '../calls/pagings.js'
import { Resource } from './resource.js'

/**
 * Applications to join groups; for bots that are admin of the group
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export class JoinRequestsApi extends Resource {
  /**
   * One page of the applications to join a group, by default 20, at most 50
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  list(groupOpenid: string, query: CursorQuery = {}, options?: CallOptions): Promise<JoinRequestPage> {
    return this.calls.call(
      'GET /v2/groups/{group_openid}/join_request_list',
      { group_openid: groupOpenid },
      { query },
      options,
    )
  }

  /**
   * Every application to join a group, page by page
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}). `timeout` holds for
   * each page.
   */
  all(
    groupOpenid: string,
    query: CursorQuery = {},
    options?: CallOptions,
  ): AsyncGenerator<JoinRequest, void, undefined> {
    return this.calls.pages(
      'GET /v2/groups/{group_openid}/join_request_list',
      joinRequestPaging,
      { group_openid: groupOpenid },
      query,
      options,
    )
  }

  /**
   * Approves or declines a join request, optionally for good; `join_request_id` comes from the event or the list
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  decide(
    groupOpenid: string,
    memberOpenid: string,
    body: JoinApprovalRequest,
    options?: CallOptions,
  ): Promise<void> {
    return this.calls.run(
      'POST /v2/groups/{group_openid}/approval_join_request/{member_openid}',
      { group_openid: groupOpenid, member_openid: memberOpenid },
      { body },
      options,
    )
  }
}
