import type {
  CreateRoleAnswer,
  GuildMember,
  GuildRoles,
  RoleMemberPage,
  RoleMemberRequest,
  RoleMembersQuery,
  RoleRequest,
  UpdateRoleAnswer,
} from '@qqkit/protocol'

import { InvalidRequestError } from '../../errors/invalid-request-error.js'
import type { CallOptions } from '../../pipeline/client.js'
import { roleMemberPaging } from '../calls/pagings.js'
import { Resource } from './resource.js'

const CHANNEL_ADMIN = '5'

/** Role 5 (channel admin) needs a channel (§5.11). */
const checkChannel = (roleId: string | number, body: RoleMemberRequest | undefined): void => {
  if (String(roleId) === CHANNEL_ADMIN && body?.channel === undefined)
    throw new InvalidRequestError({ path: 'channel', hint: 'role 5 takes { channel: { id } }' })
}

/**
 * Roles of guilds and their members
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). Built-in: 1 everyone, 2
 * admin, 4 owner, 5 channel admin.
 */
export class RolesApi extends Resource {
  /**
   * The roles of a guild; `role_num_limit` is a number as text
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  list(guildId: string, options?: CallOptions): Promise<GuildRoles> {
    return this.calls.call('GET /guilds/{guild_id}/roles', { guild_id: guildId }, {}, options)
  }

  /**
   * Creates a role from at least one of `name`, `color` (ARGB) and `hoist`
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  create(guildId: string, body: RoleRequest, options?: CallOptions): Promise<CreateRoleAnswer> {
    return this.calls.call('POST /guilds/{guild_id}/roles', { guild_id: guildId }, { body }, options)
  }

  /**
   * Changes a role ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  update(
    guildId: string,
    roleId: string,
    body: RoleRequest,
    options?: CallOptions,
  ): Promise<UpdateRoleAnswer> {
    return this.calls.call(
      'PATCH /guilds/{guild_id}/roles/{role_id}',
      { guild_id: guildId, role_id: roleId },
      { body },
      options,
    )
  }

  /**
   * Deletes a role ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  delete(guildId: string, roleId: string, options?: CallOptions): Promise<void> {
    return this.calls.run(
      'DELETE /guilds/{guild_id}/roles/{role_id}',
      { guild_id: guildId, role_id: roleId },
      {},
      options,
    )
  }

  /**
   * One page of the members with a role, 1 to 400; private-domain bots only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  members(
    guildId: string,
    roleId: string,
    query: RoleMembersQuery = {},
    options?: CallOptions,
  ): Promise<RoleMemberPage> {
    return this.calls.call(
      'GET /guilds/{guild_id}/roles/{role_id}/members',
      { guild_id: guildId, role_id: roleId },
      { query },
      options,
    )
  }

  /**
   * Every member with a role, page by page; private-domain bots only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). `timeout` holds
   * for each page.
   */
  allMembers(
    guildId: string,
    roleId: string,
    query: RoleMembersQuery = {},
    options?: CallOptions,
  ): AsyncGenerator<GuildMember, void, undefined> {
    return this.calls.pages(
      'GET /guilds/{guild_id}/roles/{role_id}/members',
      roleMemberPaging,
      { guild_id: guildId, role_id: roleId },
      query,
      options,
    )
  }

  /**
   * Gives a member a role; role 5, channel admin, needs the channel
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  async give(
    guildId: string,
    userId: string,
    roleId: string,
    body?: RoleMemberRequest,
    options?: CallOptions,
  ): Promise<void> {
    checkChannel(roleId, body)
    await this.calls.run(
      'PUT /guilds/{guild_id}/members/{user_id}/roles/{role_id}',
      { guild_id: guildId, user_id: userId, role_id: roleId },
      body === undefined ? {} : { body },
      options,
    )
  }

  /**
   * Takes a role from a member; role 5, channel admin, takes the channel
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  async take(
    guildId: string,
    userId: string,
    roleId: string,
    body?: RoleMemberRequest,
    options?: CallOptions,
  ): Promise<void> {
    checkChannel(roleId, body)
    await this.calls.run(
      'DELETE /guilds/{guild_id}/members/{user_id}/roles/{role_id}',
      { guild_id: guildId, user_id: userId, role_id: roleId },
      body === undefined ? {} : { body },
      options,
    )
  }
}
