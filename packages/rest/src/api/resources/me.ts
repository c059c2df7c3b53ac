import type { Guild, Me, MyGuildsQuery } from '@qqkit/protocol'

import type { CallOptions } from '../../pipeline/client.js'
import { guildPaging } from '../calls/pagings.js'
import { Resource } from './resource.js'

/** The bot itself ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-1 §5.1}). */
export class MeApi extends Resource {
  /** Who the bot is ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-1 §5.1}). */
  get(options?: CallOptions): Promise<Me> {
    return this.calls.call('GET /users/@me', {}, {}, options)
  }

  /**
   * One page of the guilds that the bot is in, at most 100
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-1 §5.1}).
   */
  guilds(query: MyGuildsQuery = {}, options?: CallOptions): Promise<readonly Guild[]> {
    return this.calls.call('GET /users/@me/guilds', {}, { query }, options)
  }

  /**
   * Every guild that the bot is in, page by page
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-1 §5.1}). `timeout` holds for
   * each page.
   */
  allGuilds(
    query: Omit<MyGuildsQuery, 'before'> = {},
    options?: CallOptions,
  ): AsyncGenerator<Guild, void, undefined> {
    return this.calls.pages('GET /users/@me/guilds', guildPaging, {}, query, options)
  }
}
