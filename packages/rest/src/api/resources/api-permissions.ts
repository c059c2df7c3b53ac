import type { ApiPermissionDemand, ApiPermissionDemandRequest, ResponseOf } from '@qqkit/protocol'

import type { CallOptions } from '../../pipeline/client.js'
import { Resource } from './resource.js'

/**
 * API calls that a guild grants the bot
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export class ApiPermissionsApi extends Resource {
  /**
   * Every call and whether the guild granted it: `auth_status` 1
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  list(guildId: string, options?: CallOptions): Promise<ResponseOf<'GET /guilds/{guild_id}/api_permission'>> {
    return this.calls.call('GET /guilds/{guild_id}/api_permission', { guild_id: guildId }, {}, options)
  }

  /**
   * Sends a link by which an admin can grant a call; 3 per guild and day
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-6 §2.6},
   * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  demand(
    guildId: string,
    body: ApiPermissionDemandRequest,
    options?: CallOptions,
  ): Promise<ApiPermissionDemand> {
    return this.calls.call(
      'POST /guilds/{guild_id}/api_permission/demand',
      { guild_id: guildId },
      { body },
      options,
    )
  }
}
