import type { DirectMessagePayload, GuildMessagePayload } from '../objects/guild-message.js'
import type { JoinRequest } from '../objects/join-request.js'
import type { ReadyPayload, ResumedPayload } from '../objects/session.js'
import type { AudioAction, AudioOrLiveChannelMember } from './audio.js'
import type { MessageAuditPass, MessageAuditReject } from './audit.js'
import type {
  C2CPushChange,
  EnterAio,
  FriendAdd,
  FriendDel,
  GroupMemberChange,
  GroupRobotChange,
  SubscribeMessageStatus,
} from './c2c-group-lifecycle.js'
import type { C2CMessagePayload, GroupMessagePayload } from './c2c-group-messages.js'
import type {
  ForumAuditResult,
  ForumPostChange,
  ForumReplyChange,
  ForumThreadChange,
  OpenForumChange,
} from './forum.js'
import type { ChannelChange, GuildChange, GuildMemberChange } from './guild-lifecycle.js'
import type { MessageDelete } from './guild-messages.js'
import type { InteractionPayload } from './interaction.js'
import type { MessageReaction } from './reaction.js'

/**
 * The payload (`d`) of every event, by its name (`t`)
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-1 §4.1}). For the intent of
 * an event see {@link EventIntents}.
 */
export interface EventPayloads {
  READY: ReadyPayload
  RESUMED: ResumedPayload
  C2C_MESSAGE_CREATE: C2CMessagePayload
  GROUP_AT_MESSAGE_CREATE: GroupMessagePayload
  GROUP_MESSAGE_CREATE: GroupMessagePayload
  GROUP_ADD_ROBOT: GroupRobotChange
  GROUP_DEL_ROBOT: GroupRobotChange
  GROUP_MSG_RECEIVE: GroupRobotChange
  GROUP_MSG_REJECT: GroupRobotChange
  GROUP_MEMBER_ADD: GroupMemberChange
  GROUP_MEMBER_REMOVE: GroupMemberChange
  GROUP_JOIN_REQUEST: JoinRequest
  FRIEND_ADD: FriendAdd
  FRIEND_DEL: FriendDel
  C2C_MSG_RECEIVE: C2CPushChange
  C2C_MSG_REJECT: C2CPushChange
  SUBSCRIBE_MESSAGE_STATUS: SubscribeMessageStatus
  ENTER_AIO: EnterAio
  INTERACTION_CREATE: InteractionPayload
  AT_MESSAGE_CREATE: GuildMessagePayload
  MESSAGE_CREATE: GuildMessagePayload
  DIRECT_MESSAGE_CREATE: DirectMessagePayload
  PUBLIC_MESSAGE_DELETE: MessageDelete
  MESSAGE_DELETE: MessageDelete
  DIRECT_MESSAGE_DELETE: MessageDelete
  GUILD_CREATE: GuildChange
  GUILD_UPDATE: GuildChange
  GUILD_DELETE: GuildChange
  CHANNEL_CREATE: ChannelChange
  CHANNEL_UPDATE: ChannelChange
  CHANNEL_DELETE: ChannelChange
  GUILD_MEMBER_ADD: GuildMemberChange
  GUILD_MEMBER_UPDATE: GuildMemberChange
  GUILD_MEMBER_REMOVE: GuildMemberChange
  MESSAGE_REACTION_ADD: MessageReaction
  MESSAGE_REACTION_REMOVE: MessageReaction
  MESSAGE_AUDIT_PASS: MessageAuditPass
  MESSAGE_AUDIT_REJECT: MessageAuditReject
  FORUM_THREAD_CREATE: ForumThreadChange
  FORUM_THREAD_UPDATE: ForumThreadChange
  FORUM_THREAD_DELETE: ForumThreadChange
  FORUM_POST_CREATE: ForumPostChange
  FORUM_POST_DELETE: ForumPostChange
  FORUM_REPLY_CREATE: ForumReplyChange
  FORUM_REPLY_DELETE: ForumReplyChange
  FORUM_PUBLISH_AUDIT_RESULT: ForumAuditResult
  OPEN_FORUM_THREAD_CREATE: OpenForumChange
  OPEN_FORUM_THREAD_UPDATE: OpenForumChange
  OPEN_FORUM_THREAD_DELETE: OpenForumChange
  OPEN_FORUM_POST_CREATE: OpenForumChange
  OPEN_FORUM_POST_DELETE: OpenForumChange
  OPEN_FORUM_REPLY_CREATE: OpenForumChange
  OPEN_FORUM_REPLY_DELETE: OpenForumChange
  AUDIO_START: AudioAction
  AUDIO_FINISH: AudioAction
  AUDIO_ON_MIC: AudioAction
  AUDIO_OFF_MIC: AudioAction
  AUDIO_OR_LIVE_CHANNEL_MEMBER_ENTER: AudioOrLiveChannelMember
  AUDIO_OR_LIVE_CHANNEL_MEMBER_EXIT: AudioOrLiveChannelMember
}

/** The name of an event: the `t` of its frame. */
export type WireEventName = keyof EventPayloads
