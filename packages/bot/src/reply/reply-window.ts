import type { ReplyWindow } from '@qqkit/protocol'

import type { Scene } from '../events/message.js'

/** One window per scene. */
export type ReplyWindows = Readonly<Record<Scene, ReplyWindow>>

export { replyWindows, type ReplyWindow } from '@qqkit/protocol'

/** The replies and the time left for an event. Advice only: a reply beyond it is still sent, and falls back if refused. */
export interface ReplyBudget {
  /** Replies left; `null` without a known limit. */
  readonly remaining: number | null
  /** ms until the window closes; 0 once it has. */
  readonly expiresIn: number
  /** Whether the next reply is likely to be accepted as a reply, and not sent as a proactive message. */
  readonly open: boolean
}

/**
 * The reply budget of one event.
 *
 * @param since wall time in ms when the window opened
 * @param used replies sent so far
 * @param now wall time in ms
 */
export const replyBudget = (window: ReplyWindow, since: number, used: number, now: number): ReplyBudget => {
  const remaining = window.replies === null ? null : Math.max(0, window.replies - used)
  const expiresIn = Math.max(0, since + window.windowMs - now)
  return { remaining, expiresIn, open: expiresIn > 0 && remaining !== 0 }
}
