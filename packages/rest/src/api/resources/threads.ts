import type { CreateThreadRequest, ResponseOf, ThreadCommentRequest } from '@qqkit/protocol'

import type { CallOptions } from '../../pipeline/client.js'
import { Resource } from './resource.js'

/**
 * Threads of forum channels; private-domain bots only
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export class ThreadsApi extends Resource {
  /**
   * The threads of a forum channel; private-domain bots only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). `is_finish` says
   * whether these are all.
   */
  list(channelId: string, options?: CallOptions): Promise<ResponseOf<'GET /channels/{channel_id}/threads'>> {
    return this.calls.call('GET /channels/{channel_id}/threads', { channel_id: channelId }, {}, options)
  }

  /**
   * A thread, its content as the JSON text of rich text; private-domain bots only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-10 §4.10},
   * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  get(
    channelId: string,
    threadId: string,
    options?: CallOptions,
  ): Promise<ResponseOf<'GET /channels/{channel_id}/threads/{thread_id}'>> {
    return this.calls.call(
      'GET /channels/{channel_id}/threads/{thread_id}',
      { channel_id: channelId, thread_id: threadId },
      {},
      options,
    )
  }

  /**
   * Publishes a thread; private-domain bots only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}). Never repeated
   * when it may have been published already.
   */
  create(
    channelId: string,
    body: CreateThreadRequest,
    options?: CallOptions,
  ): Promise<ResponseOf<'PUT /channels/{channel_id}/threads'>> {
    return this.calls.call('PUT /channels/{channel_id}/threads', { channel_id: channelId }, { body }, options)
  }

  /**
   * Deletes a thread; private-domain bots only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  delete(channelId: string, threadId: string, options?: CallOptions): Promise<void> {
    return this.calls.run(
      'DELETE /channels/{channel_id}/threads/{thread_id}',
      { channel_id: channelId, thread_id: threadId },
      {},
      options,
    )
  }

  /**
   * Comments on a thread; known from the notes of one client only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
   */
  comment(
    channelId: string,
    threadId: string,
    body: ThreadCommentRequest,
    options?: CallOptions,
  ): Promise<unknown> {
    return this.calls.call(
      'POST /channels/{channel_id}/threads/{thread_id}/comment',
      { channel_id: channelId, thread_id: threadId },
      { body },
      options,
    )
  }
}
