/** What a text tells where no code does, or where the code is not known (§2.7, §6.6). */
export interface ErrorText {
  /** The `message` contains this. */
  readonly text: string
  /** What it means, in the columns of the error table. */
  readonly means: 'anchorDead' | 'markdownRefused' | 'rateLimited' | 'finalChunkNeedsNewline'
}

/** The known texts. Decide by code first; a text only helps when the code is unknown or missing. */
export const errorTexts: readonly ErrorText[] = [
  { text: '回复消息msg_id已过期', means: 'anchorDead' },
  { text: '被动回复时间或次数超限', means: 'anchorDead' },
  { text: 'msgid已经过期,不能回复', means: 'anchorDead' },
  { text: '消息ID已过期，不能回复', means: 'anchorDead' },
  { text: '不允许发送原生 markdown', means: 'markdownRefused' },
  // The text goes on with a newline mark, written out or real.
  { text: '流式消息md分片需要', means: 'finalChunkNeedsNewline' },
  { text: '频率限制', means: 'rateLimited' },
  { text: 'Too many requests', means: 'rateLimited' },
]

/** What the text of an error message tells; `undefined` for an unknown one. */
export const meaningOfErrorText = (message: string): ErrorText['means'] | undefined =>
  errorTexts.find(({ text }) => message.includes(text))?.means
