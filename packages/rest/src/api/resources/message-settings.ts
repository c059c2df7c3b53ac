import type { BodyOf, GuildMessagePayload, MessageSetting } from '@qqkit/protocol'

import type { CallOptions } from '../../pipeline/client.js'
import { Resource } from './resource.js'

/**
 * How often the bot may send proactive messages in a guild
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
 */
export class MessageSettingsApi extends Resource {
  /**
   * The settings of the guild
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}). The flags may be strings.
   */
  get(guildId: string, options?: CallOptions): Promise<MessageSetting> {
    return this.calls.call('GET /guilds/{guild_id}/message/setting', { guild_id: guildId }, {}, options)
  }

  /**
   * Asks in a channel to allow proactive messages; known from one official SDK
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
   */
  sendGuide(
    channelId: string,
    body: BodyOf<'POST /channels/{channel_id}/settingguide'> = {},
    options?: CallOptions,
  ): Promise<GuildMessagePayload> {
    return this.calls.call(
      'POST /channels/{channel_id}/settingguide',
      { channel_id: channelId },
      { body },
      options,
    )
  }

  /**
   * Asks in a DM to allow proactive messages; `guildId` is that of the DM session, the body names the real guild
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}). Known from one
   * official SDK.
   */
  sendDmGuide(
    guildId: string,
    body: BodyOf<'POST /dms/{guild_id}/settingguide'>,
    options?: CallOptions,
  ): Promise<GuildMessagePayload> {
    return this.calls.call('POST /dms/{guild_id}/settingguide', { guild_id: guildId }, { body }, options)
  }
}
