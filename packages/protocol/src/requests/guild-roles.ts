import type { Role } from '../objects/role.js'
import type { EmptyAnswer } from './empty-answer.js'

/**
 * `GET /guilds/{guild_id}/roles`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface GuildRoles {
  readonly guild_id: string
  readonly roles: readonly Role[]
  /** A number as text. */
  readonly role_num_limit: string
}

/**
 * `POST` and `PATCH` of roles: at least one field
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface RoleRequest {
  readonly name?: string
  /** ARGB as an unsigned 32-bit number. */
  readonly color?: number
  /**
   * CONFLICT {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}: a number
   * by type, text in the examples.
   */
  readonly hoist?: 0 | 1 | '0' | '1'
}

/**
 * The answer to the creation of a role
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface CreateRoleAnswer {
  readonly role_id: string
  readonly role: Role
}

/**
 * The answer to the change of a role
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface UpdateRoleAnswer extends CreateRoleAnswer {
  readonly guild_id: string
}

/**
 * Giving and taking a role: the channel only for role 5
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface RoleMemberRequest {
  readonly channel?: { readonly id: string }
}

/**
 * The permissions of a user in a channel
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface ChannelUserPermissions {
  readonly channel_id: string
  readonly user_id: string
  /** A decimal mask as text. */
  readonly permissions: string
}

/**
 * The permissions of a role in a channel
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface ChannelRolePermissions {
  readonly channel_id: string
  readonly role_id: string
  /** A decimal mask as text. */
  readonly permissions: string
}

/**
 * The bits to add to and remove from a permission mask, as decimal text
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface PermissionsRequest {
  readonly add?: string
  readonly remove?: string
}

/**
 * Roles and channel permissions
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface GuildRoleEndpoints {
  'GET /guilds/{guild_id}/roles': { response: GuildRoles }
  'POST /guilds/{guild_id}/roles': { body: RoleRequest; response: CreateRoleAnswer }
  'PATCH /guilds/{guild_id}/roles/{role_id}': { body: RoleRequest; response: UpdateRoleAnswer }
  'DELETE /guilds/{guild_id}/roles/{role_id}': { response: EmptyAnswer }
  'PUT /guilds/{guild_id}/members/{user_id}/roles/{role_id}': {
    body: RoleMemberRequest
    response: EmptyAnswer
  }
  'DELETE /guilds/{guild_id}/members/{user_id}/roles/{role_id}': {
    body: RoleMemberRequest
    response: EmptyAnswer
  }
  'GET /channels/{channel_id}/members/{user_id}/permissions': { response: ChannelUserPermissions }
  'PUT /channels/{channel_id}/members/{user_id}/permissions': {
    body: PermissionsRequest
    response: EmptyAnswer
  }
  'GET /channels/{channel_id}/roles/{role_id}/permissions': { response: ChannelRolePermissions }
  'PUT /channels/{channel_id}/roles/{role_id}/permissions': {
    body: PermissionsRequest
    response: EmptyAnswer
  }
}
