import type {
  Channel,
  ChannelSubType,
  ChannelType,
  PrivateType,
  SpeakPermission,
} from '../objects/channel.js'
import type { Guild } from '../objects/guild.js'
import type { GuildMember } from '../objects/guild-user.js'
import type { EmptyAnswer } from './empty-answer.js'

/**
 * `POST /guilds/{guild_id}/channels`; private-domain bots only
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface CreateChannelRequest {
  readonly name: string
  readonly type: ChannelType
  readonly sub_type?: ChannelSubType
  /** Starts at 1, categories at 2. */
  readonly position?: number
  readonly parent_id?: string
  readonly private_type?: PrivateType
  readonly private_user_ids?: readonly string[]
  /**
   * CONFLICT {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}: one client
   * posts `speaking_permission`.
   */
  readonly speak_permission?: SpeakPermission
  readonly application_id?: string
}

/**
 * `PATCH /channels/{channel_id}`; private-domain bots only
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export type UpdateChannelRequest = Partial<
  Pick<CreateChannelRequest, 'name' | 'position' | 'parent_id' | 'private_type' | 'speak_permission'>
>

/**
 * `GET /channels/{channel_id}/online_nums`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface OnlineNumber {
  readonly online_nums: number
}

/**
 * Guilds and channels ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export interface GuildEndpoints {
  'GET /guilds/{guild_id}': { response: Guild }
  'GET /guilds/{guild_id}/channels': { response: readonly Channel[] }
  'POST /guilds/{guild_id}/channels': { body: CreateChannelRequest; response: Channel }
  'GET /channels/{channel_id}': { response: Channel }
  'PATCH /channels/{channel_id}': { body: UpdateChannelRequest; response: Channel }
  'DELETE /channels/{channel_id}': { response: EmptyAnswer }
  'GET /channels/{channel_id}/online_nums': { response: OnlineNumber }
  /** One official SDK only. */
  'GET /channels/{channel_id}/voice/members': { response: readonly GuildMember[] }
}
