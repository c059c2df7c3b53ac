import type { CreateDmRequest, DmSession, RecallQuery } from '@qqkit/protocol'

import type { CallOptions } from '../../pipeline/client.js'
import { Resource } from './resource.js'

/**
 * Private conversations in guilds
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
 */
export class DmsApi extends Resource {
  /**
   * Opens a DM session with a member of a guild; send to the returned `guild_id`
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
   */
  open(body: CreateDmRequest, options?: CallOptions): Promise<DmSession> {
    return this.calls.call('POST /users/@me/dms', {}, { body }, options)
  }

  /**
   * Recalls a message of the bot in a DM; private-domain bots only
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-6 §5.6}). `guildId` is the id of the
   * DM session.
   */
  recall(guildId: string, messageId: string, query: RecallQuery = {}, options?: CallOptions): Promise<void> {
    return this.calls.run(
      'DELETE /dms/{guild_id}/messages/{message_id}',
      { guild_id: guildId, message_id: messageId },
      { query },
      options,
    )
  }
}
