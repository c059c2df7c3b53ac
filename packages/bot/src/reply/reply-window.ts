import type { Scene } from '../events/message.js'

/** How long and how often one message or event can be answered. */
export interface ReplyWindow {
  /** ms from the message to the last answer. */
  readonly duration: number
  /** Answers per message; `null` when there is no known limit. */
  readonly count: number | null
}

/** One window per scene. */
export type ReplyWindows = Readonly<Record<Scene, ReplyWindow>>

const MINUTE = 60_000

/**
 * The numbers of {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-1 §6.1}. The
 * docs contradict themselves on them, hence the option to replace them.
 */
export const replyWindows: ReplyWindows = Object.freeze({
  c2c: { duration: 60 * MINUTE, count: 4 },
  group: { duration: 5 * MINUTE, count: 5 },
  channel: { duration: 5 * MINUTE, count: null },
  dm: { duration: 5 * MINUTE, count: null },
})

/** What is left of the right to answer. Advice only: a reply beyond it is sent all the same and falls back if refused. */
export interface ReplyBudget {
  /** Answers left by count; `null` when there is no known limit. */
  readonly remaining: number | null
  /** ms until the window closes; 0 once it has. */
  readonly expiresIn: number
  /** Whether the next reply is likely to be accepted as an answer, rather than go out as a proactive message. */
  readonly open: boolean
}

/**
 * The budget of one message.
 *
 * @param since wall time in ms when the window opened
 * @param used answers sent so far
 * @param now wall time in ms
 */
export const replyBudget = (window: ReplyWindow, since: number, used: number, now: number): ReplyBudget => {
  const remaining = window.count === null ? null : Math.max(0, window.count - used)
  const expiresIn = Math.max(0, since + window.duration - now)
  return { remaining, expiresIn, open: expiresIn > 0 && remaining !== 0 }
}
