import type { CreateDmRequest, DmSession, RecallQuery } from '@qqkit/protocol'

import type { CallOptions } from '../../pipeline/caller.js'
import { Resource } from './resource.js'

/** Private conversations in guilds (§5.10). */
export class DmsApi extends Resource {
  /** Opens a DM session with a member of a guild; its `guild_id` is the one to send to (§5.10). */
  open(body: CreateDmRequest, options?: CallOptions): Promise<DmSession> {
    return this.calls.call('POST /users/@me/dms', {}, { body }, options)
  }

  /** Takes an own message of a DM back; private-domain bots only (§5.6). `guildId` is that of the DM session. */
  recall(guildId: string, messageId: string, query: RecallQuery = {}, options?: CallOptions): Promise<void> {
    return this.calls.run(
      'DELETE /dms/{guild_id}/messages/{message_id}',
      { guild_id: guildId, message_id: messageId },
      { query },
      options,
    )
  }
}
