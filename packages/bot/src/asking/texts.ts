import type { OutgoingMessage } from '../reply/platform-client.js'

/** What `asking()` itself says to people in QQ; `null` says nothing. */
export interface AskingTexts {
  /** After a question that no one answered, if the handler does not catch the error, and a reply is still possible. */
  readonly timedOut: OutgoingMessage | null
  /** After a word or a signal cancelled a question, if the handler does not catch the error. */
  readonly cancelled: OutgoingMessage | null
  /** After a click on a question that is over. */
  readonly over: OutgoingMessage | null
  /** The choices as text, for places and bots without buttons. */
  readonly choices: (labels: readonly string[]) => string
}

/** The default texts. */
export const askingTexts: AskingTexts = {
  timedOut: '等待回答超时，已取消。',
  cancelled: '已取消。',
  over: '这个问题已经结束。',
  choices: (labels) =>
    ['请回复序号或文字：', ...labels.map((label, index) => `${index + 1}. ${label}`)].join('\n'),
}
