import type { AskingTexts } from '../reply/people-texts.js'

export type { AskingTexts }

/** The default texts. */
export const askingTexts: AskingTexts = {
  timedOut: '等待回答超时，已取消。',
  cancelled: '已取消。',
  over: '这个问题已经结束。',
  choices: (labels) =>
    ['请回复序号或文字：', ...labels.map((label, index) => `${index + 1}. ${label}`)].join('\n'),
}
