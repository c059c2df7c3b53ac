import type { Scene } from '../message/message.js'

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
