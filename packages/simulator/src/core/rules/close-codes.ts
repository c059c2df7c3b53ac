/** Close codes that the platform uses, with their reasons (§3.7). Only the reasons of 4009, 4902 and 4903 are known. */
export const closeCodes = {
  badOpcode: { code: 4001, reason: 'bad opcode' },
  badPayload: { code: 4002, reason: 'bad payload' },
  notAuthenticated: { code: 4003, reason: 'not authenticated' },
  authenticationFailed: { code: 4004, reason: 'authentication failed' },
  alreadyAuthenticated: { code: 4005, reason: 'already authenticated' },
  badSession: { code: 4006, reason: 'session id invalid' },
  badSeq: { code: 4007, reason: 'bad seq' },
  tooFast: { code: 4008, reason: 'sent too fast' },
  expired: { code: 4009, reason: 'Session timed out' },
  badShard: { code: 4010, reason: 'bad shard' },
  tooManyGuilds: { code: 4011, reason: 'too many guilds' },
  badVersion: { code: 4012, reason: 'bad version' },
  badIntents: { code: 4013, reason: 'bad intents' },
  intentsNotPermitted: { code: 4014, reason: 'intents not permitted' },
  resetByResume: { code: 4902, reason: 'reset by resume' },
  createSession: { code: 4903, reason: 'create session error' },
  delisted: { code: 4914, reason: 'bot delisted, sandbox only' },
  banned: { code: 4915, reason: 'bot banned' },
} as const

/** A row of {@link closeCodes}. */
export type CloseRow = (typeof closeCodes)[keyof typeof closeCodes]
