import type { ChannelRolePermissions, ChannelUserPermissions, PermissionsRequest } from '@qqkit/protocol'

import type { CallOptions } from '../../pipeline/client.js'
import { Resource } from './resource.js'

/**
 * What members and roles may do in a channel: masks of `ChannelPermission` as decimal text, e.g. `"7"`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export class PermissionsApi extends Resource {
  /**
   * What a member may do in a channel
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  ofMember(channelId: string, userId: string, options?: CallOptions): Promise<ChannelUserPermissions> {
    return this.calls.call(
      'GET /channels/{channel_id}/members/{user_id}/permissions',
      { channel_id: channelId, user_id: userId },
      {},
      options,
    )
  }

  /**
   * What a role may do in a channel
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  ofRole(channelId: string, roleId: string, options?: CallOptions): Promise<ChannelRolePermissions> {
    return this.calls.call(
      'GET /channels/{channel_id}/roles/{role_id}/permissions',
      { channel_id: channelId, role_id: roleId },
      {},
      options,
    )
  }

  /**
   * Adds to and removes from what a member may do in a channel
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  setForMember(
    channelId: string,
    userId: string,
    body: PermissionsRequest,
    options?: CallOptions,
  ): Promise<void> {
    return this.calls.run(
      'PUT /channels/{channel_id}/members/{user_id}/permissions',
      { channel_id: channelId, user_id: userId },
      { body },
      options,
    )
  }

  /**
   * Adds to and removes from what a role may do in a channel
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  setForRole(
    channelId: string,
    roleId: string,
    body: PermissionsRequest,
    options?: CallOptions,
  ): Promise<void> {
    return this.calls.run(
      'PUT /channels/{channel_id}/roles/{role_id}/permissions',
      { channel_id: channelId, role_id: roleId },
      { body },
      options,
    )
  }
}
