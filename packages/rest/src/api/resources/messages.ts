import type {
  ChannelMessagesQuery,
  EditMessageRequest,
  GuildMessagePayload,
  RecallQuery,
} from '@qqkit/protocol'

import { isObject } from '../../http/json.js'
import type { CallOptions } from '../../pipeline/client.js'
import { withMentionForm } from '../../text/inline.js'
import { newerMessagePaging, olderMessagePaging } from '../calls/pagings.js'
import { Resource } from './resource.js'

/** Messages of guild channels. Sending and recalling in every scene is `rest.send` and `rest.recall`. */
export class MessagesApi extends Resource {
  /**
   * One message of a channel, unwrapped if the answer has an envelope
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
   */
  async get(channelId: string, messageId: string, options?: CallOptions): Promise<GuildMessagePayload> {
    const answer = await this.calls.call(
      'GET /channels/{channel_id}/messages/{message_id}',
      { channel_id: channelId, message_id: messageId },
      {},
      options,
    )
    return isObject(answer) && 'message' in answer ? answer.message : answer
  }

  /**
   * One page of the messages of a channel, at most 20; known from one old official SDK
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
   */
  list(
    channelId: string,
    query: ChannelMessagesQuery = {},
    options?: CallOptions,
  ): Promise<readonly GuildMessagePayload[]> {
    return this.calls.call(
      'GET /channels/{channel_id}/messages',
      { channel_id: channelId },
      { query },
      options,
    )
  }

  /**
   * Every message of a channel, from new to old (before `before` or now), or from old to new (after `after`), page by
   * page; known from one old official SDK
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}). `timeout` holds
   * for each page.
   */
  all(
    channelId: string,
    query: Omit<ChannelMessagesQuery, 'around'> = {},
    options?: CallOptions,
  ): AsyncGenerator<GuildMessagePayload, void, undefined> {
    const paging = query.after === undefined ? olderMessagePaging : newerMessagePaging
    return this.calls.pages(
      'GET /channels/{channel_id}/messages',
      paging,
      { channel_id: channelId },
      query,
      options,
    )
  }

  /**
   * Changes a message of the bot that has a keyboard
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}). Others are
   * refused: 50049 to 50051.
   */
  edit(
    channelId: string,
    messageId: string,
    body: EditMessageRequest,
    options?: CallOptions,
  ): Promise<GuildMessagePayload> {
    const written = body?.markdown?.content
    const markdown =
      typeof written === 'string' ? withMentionForm(written, this.calls.mentionForm) : undefined
    return this.calls.call(
      'PATCH /channels/{channel_id}/messages/{message_id}',
      { channel_id: channelId, message_id: messageId },
      {
        body: markdown === undefined ? body : { ...body, markdown: { ...body.markdown, content: markdown } },
      },
      options,
    )
  }

  /**
   * Recalls a message of a channel, as an admin also those of others; private-domain bots only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-6 §5.6}).
   */
  recall(
    channelId: string,
    messageId: string,
    query: RecallQuery = {},
    options?: CallOptions,
  ): Promise<void> {
    return this.calls.run(
      'DELETE /channels/{channel_id}/messages/{message_id}',
      { channel_id: channelId, message_id: messageId },
      { query },
      options,
    )
  }
}
