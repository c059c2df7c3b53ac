import type { ChannelRolePermissions, ChannelUserPermissions, PermissionsRequest } from '@qqkit/protocol'

import type { CallOptions } from '../../pipeline/client.js'
import { Resource } from './resource.js'

/**
 * Permissions of members and roles in a channel: masks of `ChannelPermission` as decimal strings, e.g. `"7"`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export class PermissionsApi extends Resource {
  /**
   * Permissions of a member in a channel
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
   * Permissions of a role in a channel
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
   * Adds and removes permissions of a member in a channel
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
   * Adds and removes permissions of a role in a channel
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
