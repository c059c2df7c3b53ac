import type { Scene } from './reply-windows.js'

/** A number of messages in a time. `per` says what the count is kept for: the whole bot unless named. */
export interface ProactiveQuota {
  readonly messages: number
  /** Milliseconds. */
  readonly windowMs: number
  readonly per: 'bot' | 'user' | 'group' | 'channel'
  /** Only bots certified as a company or person, or only those without; absent: all. */
  readonly certified?: boolean
}

/**
 * How many messages may go out without an anchor, by scene, as of 2026-09
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}). CONFLICT: another
 * docs page still prints four a month next to these. Sandbox sends are exempt.
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
  // Besides, only 2 channels per guild and day, unless the owner configured numbers: see `proactiveChannelsPerGuild`.
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
 * Channels of one guild that may get proactive messages on one day
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}).
 */
export const proactiveChannelsPerGuild = 2

/**
 * The periods after the user's last message in which one `is_wakeup` message each may go out, in days: same day, 1–3,
 * 3–7 and 7–30 ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}).
 */
export const wakeupPeriodDays: readonly (readonly [from: number, to: number])[] = [
  [0, 1],
  [1, 3],
  [3, 7],
  [7, 30],
]
