import type { GuildUser, ReactionPath, ReactionUsers, ReactionUsersQuery } from '@qqkit/protocol'

import type { CallOptions } from '../../pipeline/client.js'
import { reactionPaging } from '../calls/pagings.js'
import { Resource } from './resource.js'

const idsOf = (channelId: string, messageId: string, emoji: ReactionPath) => ({
  channel_id: channelId,
  message_id: messageId,
  // Without an emoji, the error about the path names what is missing.
  type: emoji?.type,
  id: emoji?.id,
})

/**
 * Reactions to guild messages
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}). An emoji is
 * `{ type: 1, id: '277' }` for one of QQ's own, or `{ type: 2, id: '128557' }` for a unicode one by its decimal code
 * point.
 */
export class ReactionsApi extends Resource {
  /**
   * Reacts to a message
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
   */
  add(channelId: string, messageId: string, emoji: ReactionPath, options?: CallOptions): Promise<void> {
    return this.calls.run(
      'PUT /channels/{channel_id}/messages/{message_id}/reactions/{type}/{id}',
      idsOf(channelId, messageId, emoji),
      {},
      options,
    )
  }

  /**
   * Removes the bot's reaction
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
   */
  remove(channelId: string, messageId: string, emoji: ReactionPath, options?: CallOptions): Promise<void> {
    return this.calls.run(
      'DELETE /channels/{channel_id}/messages/{message_id}/reactions/{type}/{id}',
      idsOf(channelId, messageId, emoji),
      {},
      options,
    )
  }

  /**
   * One page of the users who reacted, at most 50; the first page takes no `cookie`, and only the first takes a `limit`
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
   */
  users(
    channelId: string,
    messageId: string,
    emoji: ReactionPath,
    query: ReactionUsersQuery = {},
    options?: CallOptions,
  ): Promise<ReactionUsers> {
    return this.calls.call(
      'GET /channels/{channel_id}/messages/{message_id}/reactions/{type}/{id}',
      idsOf(channelId, messageId, emoji),
      { query },
      options,
    )
  }

  /**
   * Everyone who reacted, page by page
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}). `timeout` holds
   * for each page.
   */
  allUsers(
    channelId: string,
    messageId: string,
    emoji: ReactionPath,
    query: ReactionUsersQuery = {},
    options?: CallOptions,
  ): AsyncGenerator<GuildUser, void, undefined> {
    return this.calls.pages(
      'GET /channels/{channel_id}/messages/{message_id}/reactions/{type}/{id}',
      reactionPaging,
      idsOf(channelId, messageId, emoji),
      query,
      options,
    )
  }
}
