/**
 * The value of each intent: the bits of the Identify mask, by wire name
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-8 §3.8}).
 */
export const Intent = {
  GUILDS: 1,
  GUILD_MEMBERS: 2,
  GUILD_MESSAGES: 512,
  GUILD_MESSAGE_REACTIONS: 1024,
  DIRECT_MESSAGE: 4096,
  OPEN_FORUM_EVENT: 262144,
  AUDIO_OR_LIVE_CHANNEL_MEMBER: 524288,
  /** Bit 23; known from one official SDK only. */
  ENTER_AIO: 8388608,
  GROUP_MEMBER_EVENT: 16777216,
  GROUP_AND_C2C_EVENT: 33554432,
  INTERACTION: 67108864,
  MESSAGE_AUDIT: 134217728,
  FORUMS_EVENT: 268435456,
  AUDIO_ACTION: 536870912,
  PUBLIC_GUILD_MESSAGES: 1073741824,
} as const

/** The wire name of an intent. */
export type IntentName = keyof typeof Intent

/** The value of an intent. */
export type Intent = (typeof Intent)[IntentName]
