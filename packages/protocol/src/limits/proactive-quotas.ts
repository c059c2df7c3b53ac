import type { Scene } from './reply-windows.js'

/**
 * How many proactive messages may be sent in a time
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}).
 */
export interface ProactiveQuota {
  readonly messages: number
  /** Milliseconds. */
  readonly windowMs: number
  /** What the messages are counted by. */
  readonly per: 'bot' | 'user' | 'group' | 'channel'
  /** Whether the quota applies to bots certified as a company or person (`true`) or to others (`false`); absent: all bots. */
  readonly certified?: boolean
}

/**
 * The quotas of proactive messages by scene, as of 2026-09. Sandbox sends are exempt. Source:
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}. CONFLICT: another page
 * of the docs still says four a month.
 */
export const proactiveQuotas: Readonly<Record<Scene, readonly ProactiveQuota[]>> = {
  c2c: [
    { messages: 10, windowMs: 1000, per: 'bot', certified: true },
    { messages: 5, windowMs: 1000, per: 'bot', certified: false },
    { messages: 30, windowMs: 60_000, per: 'bot', certified: false },
    { messages: 20, windowMs: 60_000, per: 'user' },
    { messages: 1000, windowMs: 86_400_000, per: 'user' },
  ],
  group: [
    { messages: 60, windowMs: 60_000, per: 'bot', certified: true },
    { messages: 30, windowMs: 60_000, per: 'bot', certified: false },
    { messages: 20, windowMs: 60_000, per: 'group' },
    { messages: 1000, windowMs: 86_400_000, per: 'group' },
  ],
  // In addition at most 2 channels per guild and day, unless the owner configured numbers: see `proactiveChannelsPerGuild`.
  channel: [
    { messages: 5, windowMs: 1000, per: 'channel' },
    { messages: 20, windowMs: 86_400_000, per: 'channel' },
  ],
  dm: [
    { messages: 2, windowMs: 86_400_000, per: 'user' },
    { messages: 200, windowMs: 86_400_000, per: 'bot' },
  ],
}

/**
 * How many channels of one guild may get proactive messages on one day
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}).
 */
export const proactiveChannelsPerGuild = 2

/** The class of a quota: proactive messages of a scene, or the channels of a guild that receive them. */
export type QuotaClass = `${Scene}.proactive` | typeof guildQuota

/** The class of the quota of channels per guild and day. */
export const guildQuota = 'guild.proactive'

/** A quota in the form of a rate limit. */
export interface QuotaLimit {
  /** Messages; of the guild quota: channels. */
  readonly requests: number
  /** Milliseconds. */
  readonly windowMs: number
  /** What they are counted by. */
  readonly per: ProactiveQuota['per'] | 'guild'
}

const SECOND = 1000
const DAY = 86_400_000

/**
 * The quotas of a bot as limits, by their class. Limits that count replies as well are not among them, but in `rateLimits`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}).
 *
 * @param certified whether the bot is certified as a company or person
 */
export const quotaLimits = (certified: boolean): Readonly<Record<QuotaClass, readonly QuotaLimit[]>> => {
  const limitsOf = (scene: Scene): readonly QuotaLimit[] =>
    proactiveQuotas[scene]
      .filter((quota) => (quota.certified ?? certified) === certified)
      .filter(({ per, windowMs }) => per !== 'channel' || windowMs > SECOND)
      .map(({ messages: requests, windowMs, per }) => ({ requests, windowMs, per }))
  return Object.freeze({
    'c2c.proactive': limitsOf('c2c'),
    'group.proactive': limitsOf('group'),
    'channel.proactive': limitsOf('channel'),
    'dm.proactive': limitsOf('dm'),
    [guildQuota]: [{ requests: proactiveChannelsPerGuild, windowMs: DAY, per: 'guild' }],
  })
}

/**
 * The periods after a user's last message in which one `is_wakeup` message each is allowed, in days: same day, 1–3, 3–7 and
 * 7–30 ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}).
 */
export const wakeupPeriodDays: readonly (readonly [from: number, to: number])[] = [
  [0, 1],
  [1, 3],
  [3, 7],
  [7, 30],
]
