import type {
  Channel,
  CreateChannelRequest,
  GuildMember,
  OnlineNumber,
  UpdateChannelRequest,
} from '@qqkit/protocol'

import type { CallOptions } from '../../pipeline/client.js'
import { Resource } from './resource.js'

/**
 * Channels of guilds ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export class ChannelsApi extends Resource {
  /**
   * The channels of a guild
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  list(guildId: string, options?: CallOptions): Promise<readonly Channel[]> {
    return this.calls.call('GET /guilds/{guild_id}/channels', { guild_id: guildId }, {}, options)
  }

  /** A channel ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). */
  get(channelId: string, options?: CallOptions): Promise<Channel> {
    return this.calls.call('GET /channels/{channel_id}', { channel_id: channelId }, {}, options)
  }

  /**
   * Creates a channel; private-domain bots only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  create(guildId: string, body: CreateChannelRequest, options?: CallOptions): Promise<Channel> {
    return this.calls.call('POST /guilds/{guild_id}/channels', { guild_id: guildId }, { body }, options)
  }

  /**
   * Changes a channel; private-domain bots only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  update(channelId: string, body: UpdateChannelRequest, options?: CallOptions): Promise<Channel> {
    return this.calls.call('PATCH /channels/{channel_id}', { channel_id: channelId }, { body }, options)
  }

  /**
   * Deletes a channel, for good; private-domain bots only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  delete(channelId: string, options?: CallOptions): Promise<void> {
    return this.calls.run('DELETE /channels/{channel_id}', { channel_id: channelId }, {}, options)
  }

  /**
   * How many are online in a voice or live channel
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  onlineNumber(channelId: string, options?: CallOptions): Promise<OnlineNumber> {
    return this.calls.call('GET /channels/{channel_id}/online_nums', { channel_id: channelId }, {}, options)
  }

  /**
   * Who is in a voice channel; known from one official SDK
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  voiceMembers(channelId: string, options?: CallOptions): Promise<readonly GuildMember[]> {
    return this.calls.call('GET /channels/{channel_id}/voice/members', { channel_id: channelId }, {}, options)
  }
}
