import type { LiveSettings } from '../rules/live-settings.js'
import { liveDefaults } from '../rules/live-switches.js'
import type { Scene } from '../rules/scene.js'

/** How long and how often a message can be replied to. */
export interface ReplyWindowSettings {
  /** ms since the platform received the message. */
  readonly ms: number
  /** Replies per message; `null` for any number. */
  readonly replies: number | null
}

/**
 * The fields of an error body: one of the generations of
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-3 §2.3}, or all of them at
 * once.
 */
export type ErrorBodyForm = 'all' | '2022' | '2024' | '2026'

/**
 * How uploads are answered
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
 */
export interface UploadSettings {
  /** Whether concurrency and retry times are inside `upload_config`, or at the top level. */
  readonly config: 'nested' | 'flat'
  /** Whether sizes are text or numbers. */
  readonly sizes: 'text' | 'number'
  /** Parts that a client may upload at once. */
  readonly concurrency: number
  /** `retry_timeout` and `retry_delay`, in s. */
  readonly retryTimeout: number
  readonly retryDelay: number
  /** Uploads per bot and day before 40093002; `null` for any. */
  readonly perDay: number | null
  /** Lifetime of a `file_info` in s; 0 for unlimited. */
  readonly ttl: number
}

/** The rules of the platform. Every number can be changed, since several are disputed. */
export interface Settings {
  /** Initial positions of the live switches. */
  readonly live: LiveSettings
  /** Seed of all random draws. */
  readonly seed: number
  /** `heartbeat_interval` of HELLO, in ms. */
  readonly heartbeatInterval: number
  /** ms without a heartbeat after which a connection is closed with 4009; `null` for never. */
  readonly heartbeatTimeout: number | null
  /** ms after which a healthy connection is closed with 4009; `null` for never. */
  readonly connectionLifetime: number | null
  /** ms for which a session can be resumed after its connection was lost. */
  readonly sessionLifetime: number
  /** Events kept for replay per session. */
  readonly replayLimit: number
  /** Forget events that a heartbeat has confirmed, instead of keeping them for replay. */
  readonly trimByHeartbeat: boolean
  /** Sessions per 24 h and per 5 s. */
  readonly sessionStarts: { readonly total: number; readonly maxConcurrency: number }
  /** `shards` of `/gateway/bot`. */
  readonly shards: number
  /** Guilds that one shard may carry before its Identify is closed with 4011; `null` for any number. */
  readonly guildsPerShard: number | null
  /** Frames that a client may send in a minute before it is closed with 4008. */
  readonly framesPerMinute: number
  readonly windows: Readonly<Record<Scene, ReplyWindowSettings>>
  /** The code of an expired anchor. */
  readonly expiredCodes: Readonly<Record<Scene, number>>
  readonly errorBody: ErrorBodyForm
  /** Rate limits and proactive quotas apply. */
  readonly limits: boolean
  /** `Retry-After` of a 429, in seconds; `null` sends none. */
  readonly retryAfter: number | null
  /**
   * Guild sends are held for review
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-5 §2.5}).
   */
  readonly audit: boolean
  /**
   * Channel sends need a gateway session
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10}).
   */
  readonly channelNeedsSession: boolean
  /** Lifetime of an access token, in s. */
  readonly tokenLifetime: number
  /** Token calls per bot and minute before 100001. */
  readonly tokenCallsPerMinute: number | null
  /** Old `Bot appid.token` authorization still works. */
  readonly legacyAuth: boolean
  /** Messages, events and interactions that are kept, per kind. */
  readonly memory: number
  /** Total size of the kept messages, in characters of JSON; the oldest are dropped first. */
  readonly memorySize: number
  /** Longest text of a message, in UTF-16 code units; longer ones are refused with 40054007. */
  readonly textLimit: number
  /** Longest body of a send, edit or stream in bytes, files apart; longer ones are refused in the same way. */
  readonly messageLimit: number
  /** Longest request body in bytes; the front proxy refuses longer ones with a page of HTML and 413. */
  readonly bodyLimit: number
  /** Bytes per part of a chunked upload. */
  readonly uploadBlockSize: number
  /** Index of the first part: 0 or 1. */
  readonly firstPartIndex: 0 | 1
  readonly uploads: UploadSettings
  /** Retries of a webhook push, as waits in ms. */
  readonly pushRetries: readonly number[]
  /** ms after which a webhook push counts as failed. */
  readonly pushTimeout: number
}

/** The platform as the reference (docs/protocol) describes it. */
export const defaultSettings: Settings = Object.freeze({
  live: liveDefaults,
  seed: 1,
  // Measured; the docs example says 45 000 (§3.3).
  heartbeatInterval: 41_250,
  // Not documented. Three silent intervals is a guess that closes half-open connections as "Session timed out" (§3.10).
  heartbeatTimeout: 123_750,
  // About 30 minutes on the real service (§3.10); off, so that tests can opt in.
  connectionLifetime: null,
  // The real limit is unknown; one client assumes 5 minutes (§3.5).
  sessionLifetime: 300_000,
  replayLimit: 5_000,
  trimByHeartbeat: false,
  // Measured 1500 a day; examples show one per 5 s (§3.1).
  sessionStarts: Object.freeze({ total: 1_500, maxConcurrency: 1 }),
  shards: 1,
  // 4011 exists (§3.7) but its threshold is not documented.
  guildsPerShard: 2_500,
  // 4008 exists (§3.7) but its threshold is not documented.
  framesPerMinute: 600,
  // §6.1. CONFLICT: the C2C page also says 5 minutes, older pages 5 replies.
  windows: Object.freeze({
    c2c: Object.freeze({ ms: 3_600_000, replies: 4 }),
    group: Object.freeze({ ms: 300_000, replies: 5 }),
    channel: Object.freeze({ ms: 300_000, replies: null }),
    dm: Object.freeze({ ms: 300_000, replies: null }),
  }),
  // §6.6. CONFLICT: 40034031 and 304103 are seen as well.
  expiredCodes: Object.freeze({ c2c: 40034005, group: 40034005, channel: 304027, dm: 304027 }),
  errorBody: 'all',
  limits: true,
  // Whether the real service sends one is unknown (§2.6).
  retryAfter: null,
  audit: false,
  channelNeedsSession: true,
  tokenLifetime: 7_200,
  tokenCallsPerMinute: null,
  // CONFLICT: reports say that it was removed with 11245 (§2.7); kept for tests of old clients.
  legacyAuth: true,
  memory: 10_000,
  memorySize: 32 * 1_048_576,
  // 40054007 exists (§2.7), its thresholds are not documented.
  textLimit: 20_000,
  messageLimit: 131_072,
  // One-shot uploads of 19 and 32 MB were refused (§2.4); the exact limit of the front proxy is unknown.
  bodyLimit: 24 * 1_048_576,
  // As in the docs' example (§5.5).
  uploadBlockSize: 10_485_760,
  // CONFLICT: 0 in the docs, 1 in a client (§5.5).
  firstPartIndex: 0,
  // CONFLICT: nested and text in the docs, flat and numbers in a client; the size of the daily quota is not known
  // (§5.5).
  uploads: Object.freeze({
    config: 'nested',
    sizes: 'text',
    concurrency: 1,
    retryTimeout: 300,
    retryDelay: 1,
    perDay: null,
    ttl: 300,
  }),
  // Retries exist, their number and spacing are not documented (§7.5).
  pushRetries: Object.freeze([1_000, 5_000, 30_000]),
  pushTimeout: 5_000,
} as const satisfies Settings)
