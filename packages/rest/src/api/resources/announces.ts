import type { Announces, AnnouncesRequest, BodyOf } from '@qqkit/protocol'

import type { CallOptions } from '../../pipeline/client.js'
import { Resource } from './resource.js'

/**
 * Announcements of guilds
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). `'all'` in place of
 * a message id deletes whatever there is.
 */
export class AnnouncesApi extends Resource {
  /**
   * Makes a message, or up to 3 recommended channels, the announcement of a guild
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  create(guildId: string, body: AnnouncesRequest, options?: CallOptions): Promise<Announces> {
    return this.calls.call('POST /guilds/{guild_id}/announces', { guild_id: guildId }, { body }, options)
  }

  /**
   * Deletes the announcement of a guild, by message id or `'all'`
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  delete(guildId: string, messageId: string, options?: CallOptions): Promise<void> {
    return this.calls.run(
      'DELETE /guilds/{guild_id}/announces/{message_id}',
      { guild_id: guildId, message_id: messageId },
      {},
      options,
    )
  }

  /**
   * Makes a message the announcement of a channel
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   *
   * @deprecated by the platform
   */
  createInChannel(
    channelId: string,
    body: BodyOf<'POST /channels/{channel_id}/announces'>,
    options?: CallOptions,
  ): Promise<Announces> {
    return this.calls.call(
      'POST /channels/{channel_id}/announces',
      { channel_id: channelId },
      { body },
      options,
    )
  }

  /**
   * Deletes the announcement of a channel
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   *
   * @deprecated by the platform
   */
  deleteInChannel(channelId: string, messageId: string, options?: CallOptions): Promise<void> {
    return this.calls.run(
      'DELETE /channels/{channel_id}/announces/{message_id}',
      { channel_id: channelId, message_id: messageId },
      {},
      options,
    )
  }
}
