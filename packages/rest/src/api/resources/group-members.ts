import type {
  GroupMember,
  GroupMemberPage,
  OldGroupMember,
  OldGroupMembersAnswer,
  OldGroupMembersRequest,
  QueryOf,
  RemoveGroupMembersAnswer,
  RemoveGroupMembersRequest,
} from '@qqkit/protocol'

import type { CallOptions } from '../../pipeline/client.js'
import { groupMemberPaging, oldGroupMemberPaging } from '../calls/pagings.js'
import { Resource } from './resource.js'

type PageQuery = QueryOf<'GET /v2/groups/{group_openid}/members'>

/**
 * Members of groups; whitelisted bots only, others are refused with 11253
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}). Those of guilds are
 * `members`.
 */
export class GroupMembersApi extends Resource {
  /**
   * One page of the members of a group, at most 30; `next_cursor` is `""` on the last one; whitelisted bots only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  list(groupOpenid: string, query: PageQuery = {}, options?: CallOptions): Promise<GroupMemberPage> {
    return this.calls.call(
      'GET /v2/groups/{group_openid}/members',
      { group_openid: groupOpenid },
      { query },
      options,
    )
  }

  /**
   * Every member of a group, page by page; whitelisted bots only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}). `timeout` holds for
   * each page.
   */
  all(
    groupOpenid: string,
    query: PageQuery = {},
    options?: CallOptions,
  ): AsyncGenerator<GroupMember, void, undefined> {
    return this.calls.pages(
      'GET /v2/groups/{group_openid}/members',
      groupMemberPaging,
      { group_openid: groupOpenid },
      query,
      options,
    )
  }

  /**
   * One page of the members of a group, the older way; known from one client only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  oldList(
    groupOpenid: string,
    body: OldGroupMembersRequest,
    options?: CallOptions,
  ): Promise<OldGroupMembersAnswer> {
    return this.calls.call(
      'POST /v2/groups/{group_openid}/members',
      { group_openid: groupOpenid },
      { body },
      options,
    )
  }

  /**
   * Every member of a group, the older way, page by page; known from one client only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}). `timeout` holds for
   * each page.
   */
  oldAll(
    groupOpenid: string,
    body: Partial<OldGroupMembersRequest> = {},
    options?: CallOptions,
  ): AsyncGenerator<OldGroupMember, void, undefined> {
    return this.calls.pages(
      'POST /v2/groups/{group_openid}/members',
      oldGroupMemberPaging,
      { group_openid: groupOpenid },
      body,
      options,
    )
  }

  /**
   * A member of a group; whitelisted bots only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  get(groupOpenid: string, memberOpenid: string, options?: CallOptions): Promise<GroupMember> {
    return this.calls.call(
      'GET /v2/groups/{group_openid}/members/{member_openid}',
      { group_openid: groupOpenid, member_openid: memberOpenid },
      {},
      options,
    )
  }

  /**
   * Removes up to 20 members from a group, optionally for good; whitelisted bots that are admins
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
   */
  remove(
    groupOpenid: string,
    body: RemoveGroupMembersRequest,
    options?: CallOptions,
  ): Promise<RemoveGroupMembersAnswer> {
    return this.calls.call(
      'POST /v2/groups/{group_openid}/batch_remove_members',
      { group_openid: groupOpenid },
      { body },
      options,
    )
  }
}
