import type {
  GuildMember,
  GuildMembersQuery,
  MuteMembersAnswer,
  MuteMembersRequest,
  MuteRequest,
  RemoveGuildMemberRequest,
} from '@qqkit/protocol'

import { InvalidRequestError } from '../../errors/invalid-request-error.js'
import type { CallOptions } from '../../pipeline/client.js'
import { guildMemberPaging } from '../calls/pagings.js'
import { Resource } from './resource.js'

/**
 * Members of guilds ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 * For members of groups see `groupMembers`.
 */
export class MembersApi extends Resource {
  /**
   * One page of the members of a guild, 1 to 400, by default 1; private-domain bots only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  list(
    guildId: string,
    query: GuildMembersQuery = {},
    options?: CallOptions,
  ): Promise<readonly GuildMember[]> {
    return this.calls.call('GET /guilds/{guild_id}/members', { guild_id: guildId }, { query }, options)
  }

  /**
   * Every member of a guild once, page by page; private-domain bots only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). `timeout` holds
   * for each page.
   */
  all(
    guildId: string,
    query: GuildMembersQuery = {},
    options?: CallOptions,
  ): AsyncGenerator<GuildMember, void, undefined> {
    return this.calls.pages(
      'GET /guilds/{guild_id}/members',
      guildMemberPaging,
      { guild_id: guildId },
      query,
      options,
    )
  }

  /**
   * A member of a guild
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  get(guildId: string, userId: string, options?: CallOptions): Promise<GuildMember> {
    return this.calls.call(
      'GET /guilds/{guild_id}/members/{user_id}',
      { guild_id: guildId, user_id: userId },
      {},
      options,
    )
  }

  /**
   * Removes a member from a guild; private-domain bots only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  remove(
    guildId: string,
    userId: string,
    body: RemoveGuildMemberRequest = {},
    options?: CallOptions,
  ): Promise<void> {
    return this.calls.run(
      'DELETE /guilds/{guild_id}/members/{user_id}',
      { guild_id: guildId, user_id: userId },
      { body },
      options,
    )
  }

  /**
   * Mutes a member of a guild
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). Times are
   * strings: `"0"` unmutes, and an end takes precedence over seconds.
   */
  mute(guildId: string, userId: string, body: MuteRequest, options?: CallOptions): Promise<void> {
    return this.calls.run(
      'PATCH /guilds/{guild_id}/members/{user_id}/mute',
      { guild_id: guildId, user_id: userId },
      { body },
      options,
    )
  }

  /**
   * Mutes several members of a guild, and returns for whom it succeeded
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  async muteSeveral(
    guildId: string,
    body: MuteMembersRequest,
    options?: CallOptions,
  ): Promise<MuteMembersAnswer> {
    // Without user ids the same call mutes everyone.
    if (!Array.isArray(body?.user_ids) || body.user_ids.length === 0)
      throw new InvalidRequestError({ path: 'user_ids', hint: 'give the ids of the users to mute' })
    return this.calls.call(
      'PATCH /guilds/{guild_id}/mute',
      { guild_id: guildId },
      { body },
      options,
    ) as Promise<MuteMembersAnswer>
  }
}
