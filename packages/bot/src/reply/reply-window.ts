import type { ReplyWindow } from '@qqkit/protocol'

import type { Scene } from '../events/message.js'

/** One window per scene. */
export type ReplyWindows = Readonly<Record<Scene, ReplyWindow>>

export { replyWindows, type ReplyWindow } from '@qqkit/protocol'

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
  const remaining = window.replies === null ? null : Math.max(0, window.replies - used)
  const expiresIn = Math.max(0, since + window.windowMs - now)
  return { remaining, expiresIn, open: expiresIn > 0 && remaining !== 0 }
}
