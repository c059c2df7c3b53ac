/**
 * Whether a bot has an intent without an application. `documented`: the docs say so; `seen`: a bot without any verification
 * had it
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-11 §3.11}); `usual`: the
 * docs do not restrict it and public bots use it routinely; `private`: private-domain bots only; `permission`: assume that
 * an application is needed (not in the docs, or bound to a kind of bot).
 */
export type IntentGrant = 'documented' | 'seen' | 'usual' | 'private' | 'permission'

/**
 * The events of each intent, and whether it needs a permission
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-8 §3.8}).
 */
export const intentFacts = {
  GUILDS: {
    bit: 0,
    grant: 'documented',
    events: [
      'GUILD_CREATE',
      'GUILD_UPDATE',
      'GUILD_DELETE',
      'CHANNEL_CREATE',
      'CHANNEL_UPDATE',
      'CHANNEL_DELETE',
    ],
  },
  GUILD_MEMBERS: {
    bit: 1,
    grant: 'documented',
    events: ['GUILD_MEMBER_ADD', 'GUILD_MEMBER_UPDATE', 'GUILD_MEMBER_REMOVE'],
  },
  GUILD_MESSAGES: { bit: 9, grant: 'private', events: ['MESSAGE_CREATE', 'MESSAGE_DELETE'] },
  GUILD_MESSAGE_REACTIONS: {
    bit: 10,
    grant: 'usual',
    events: ['MESSAGE_REACTION_ADD', 'MESSAGE_REACTION_REMOVE'],
  },
  // A default only according to the docs of one old official SDK (§3.8).
  DIRECT_MESSAGE: {
    bit: 12,
    grant: 'seen',
    events: ['DIRECT_MESSAGE_CREATE', 'DIRECT_MESSAGE_DELETE'],
  },
  // The bit is not in the docs, but in three SDKs (§3.8). It is rarely used, so a permission is assumed.
  OPEN_FORUM_EVENT: {
    bit: 18,
    grant: 'permission',
    events: [
      'OPEN_FORUM_THREAD_CREATE',
      'OPEN_FORUM_THREAD_UPDATE',
      'OPEN_FORUM_THREAD_DELETE',
      'OPEN_FORUM_POST_CREATE',
      'OPEN_FORUM_POST_DELETE',
      'OPEN_FORUM_REPLY_CREATE',
      'OPEN_FORUM_REPLY_DELETE',
    ],
  },
  // As above (§3.8).
  AUDIO_OR_LIVE_CHANNEL_MEMBER: {
    bit: 19,
    grant: 'permission',
    events: ['AUDIO_OR_LIVE_CHANNEL_MEMBER_ENTER', 'AUDIO_OR_LIVE_CHANNEL_MEMBER_EXIT'],
  },
  ENTER_AIO: { bit: 23, grant: 'permission', events: ['ENTER_AIO'] },
  // CONFLICT §3.8: other clients expect these events under bit 25. The official SDK never uses this bit.
  GROUP_MEMBER_EVENT: {
    bit: 24,
    grant: 'permission',
    events: ['GROUP_MEMBER_ADD', 'GROUP_MEMBER_REMOVE', 'GROUP_JOIN_REQUEST'],
  },
  GROUP_AND_C2C_EVENT: {
    bit: 25,
    grant: 'seen',
    events: [
      'C2C_MESSAGE_CREATE',
      'FRIEND_ADD',
      'FRIEND_DEL',
      'C2C_MSG_REJECT',
      'C2C_MSG_RECEIVE',
      'GROUP_AT_MESSAGE_CREATE',
      'GROUP_MESSAGE_CREATE',
      'GROUP_ADD_ROBOT',
      'GROUP_DEL_ROBOT',
      'GROUP_MSG_REJECT',
      'GROUP_MSG_RECEIVE',
      'SUBSCRIBE_MESSAGE_STATUS',
    ],
  },
  INTERACTION: { bit: 26, grant: 'usual', events: ['INTERACTION_CREATE'] },
  MESSAGE_AUDIT: {
    bit: 27,
    grant: 'usual',
    events: ['MESSAGE_AUDIT_PASS', 'MESSAGE_AUDIT_REJECT'],
  },
  FORUMS_EVENT: {
    bit: 28,
    grant: 'private',
    events: [
      'FORUM_THREAD_CREATE',
      'FORUM_THREAD_UPDATE',
      'FORUM_THREAD_DELETE',
      'FORUM_POST_CREATE',
      'FORUM_POST_DELETE',
      'FORUM_REPLY_CREATE',
      'FORUM_REPLY_DELETE',
      'FORUM_PUBLISH_AUDIT_RESULT',
    ],
  },
  AUDIO_ACTION: {
    bit: 29,
    grant: 'permission',
    events: ['AUDIO_START', 'AUDIO_FINISH', 'AUDIO_ON_MIC', 'AUDIO_OFF_MIC'],
  },
  PUBLIC_GUILD_MESSAGES: {
    bit: 30,
    grant: 'documented',
    events: ['AT_MESSAGE_CREATE', 'PUBLIC_MESSAGE_DELETE'],
  },
} as const

/** The name of every event that needs an intent. */
export type IntentEventName = (typeof intentFacts)[keyof typeof intentFacts]['events'][number]
