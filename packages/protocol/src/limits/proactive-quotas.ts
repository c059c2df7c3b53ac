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
