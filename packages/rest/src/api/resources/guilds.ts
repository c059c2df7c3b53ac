import type { Guild, MuteRequest } from '@qqkit/protocol'

import type { CallOptions } from '../../pipeline/client.js'
import { Resource } from './resource.js'

/**
 * Guilds ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). For the
 * guilds that the bot is in see `me.guilds`.
 */
export class GuildsApi extends Resource {
  /** A guild ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). */
  get(guildId: string, options?: CallOptions): Promise<Guild> {
    return this.calls.call('GET /guilds/{guild_id}', { guild_id: guildId }, {}, options)
  }

  /**
   * Mutes everyone in a guild; the bot has to be an admin
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). Times are strings: `"0"`
   * unmutes, and an end takes precedence over seconds.
   */
  mute(guildId: string, body: MuteRequest, options?: CallOptions): Promise<void> {
    return this.calls.run('PATCH /guilds/{guild_id}/mute', { guild_id: guildId }, { body }, options)
  }
}
