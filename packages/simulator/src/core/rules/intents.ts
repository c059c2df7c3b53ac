/** Events by intent bit (§3.8). Where readings differ, the official event page wins. */
const eventsByBit = {
  0: ['GUILD_CREATE', 'GUILD_UPDATE', 'GUILD_DELETE', 'CHANNEL_CREATE', 'CHANNEL_UPDATE', 'CHANNEL_DELETE'],
  1: ['GUILD_MEMBER_ADD', 'GUILD_MEMBER_UPDATE', 'GUILD_MEMBER_REMOVE'],
  9: ['MESSAGE_CREATE', 'MESSAGE_DELETE'],
  10: ['MESSAGE_REACTION_ADD', 'MESSAGE_REACTION_REMOVE'],
  12: ['DIRECT_MESSAGE_CREATE', 'DIRECT_MESSAGE_DELETE'],
  18: [
    'OPEN_FORUM_THREAD_CREATE',
    'OPEN_FORUM_THREAD_UPDATE',
    'OPEN_FORUM_THREAD_DELETE',
    'OPEN_FORUM_POST_CREATE',
    'OPEN_FORUM_POST_DELETE',
    'OPEN_FORUM_REPLY_CREATE',
    'OPEN_FORUM_REPLY_DELETE',
  ],
  19: ['AUDIO_OR_LIVE_CHANNEL_MEMBER_ENTER', 'AUDIO_OR_LIVE_CHANNEL_MEMBER_EXIT'],
  23: ['ENTER_AIO'],
  // CONFLICT: bit 25 in other sources.
  24: ['GROUP_MEMBER_ADD', 'GROUP_MEMBER_REMOVE', 'GROUP_JOIN_REQUEST'],
  25: [
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
  26: ['INTERACTION_CREATE'],
  27: ['MESSAGE_AUDIT_PASS', 'MESSAGE_AUDIT_REJECT'],
  28: [
    'FORUM_THREAD_CREATE',
    'FORUM_THREAD_UPDATE',
    'FORUM_THREAD_DELETE',
    'FORUM_POST_CREATE',
    'FORUM_POST_DELETE',
    'FORUM_REPLY_CREATE',
    'FORUM_REPLY_DELETE',
    'FORUM_PUBLISH_AUDIT_RESULT',
  ],
  29: ['AUDIO_START', 'AUDIO_FINISH', 'AUDIO_ON_MIC', 'AUDIO_OFF_MIC'],
  30: ['AT_MESSAGE_CREATE', 'PUBLIC_MESSAGE_DELETE'],
} as const satisfies Record<number, readonly string[]>

const masksByEvent: ReadonlyMap<string, number> = new Map(
  Object.entries(eventsByBit).flatMap(([bit, names]) =>
    names.map((name): [string, number] => [name, 2 ** Number(bit)]),
  ),
)

/** The intent mask of an event; 0 for events that need none. */
export const intentOf = (event: string): number => masksByEvent.get(event) ?? 0

/** Every bit that exists. */
export const KNOWN_INTENTS: number = Object.keys(eventsByBit).reduce(
  (mask, bit) => mask + 2 ** Number(bit),
  0,
)

/** Intents of private-domain bots only: all messages of channels, and forums (§3.8). */
export const PRIVATE_INTENTS: number = 2 ** 9 + 2 ** 28

/** Bits of `asked` that are not in `granted`; bit 30 stays positive in 32-bit arithmetic. */
export const beyond = (asked: number, granted: number): number => asked & ~granted
