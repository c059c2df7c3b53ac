import type { ErrorArea } from './error-area.js'
import type { ErrorFacts, ErrorRow } from './error-code.js'
import { errorCodeAt } from './error-codes.js'

/**
 * A text that tells what a failure means if no number does
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-7 §2.7}).
 */
export interface ErrorText {
  /** Part of the `message`. */
  readonly text: string
  /** The code of the text, whose row applies; or its meaning, if the code is unknown. */
  readonly means: number | ErrorRow
  /** The text must be the whole `message`, because its words are too common. */
  readonly whole?: true
  /** The parts of the API in which the text counts. */
  readonly areas?: readonly ErrorArea[]
  /** The text is more specific than the numbers it comes with, because its own code is unknown or not the only one. */
  readonly outranksNumbers?: true
}

/** Calls that name one user or group (§5.2–§5.6). */
const TO_A_TARGET = ['c2cGroupSend', 'stream', 'uploadPrepare', 'upload', 'recall'] as const

const TOO_FREQUENT: ErrorRow = { class: 'limited', en: 'too frequent', zh: '调用过于频繁' }

/**
 * The known texts of failures, the more specific ones first. Source:
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-7 §2.7}.
 */
export const errorTexts: readonly ErrorText[] = [
  {
    text: 'reply msg exceed limit',
    outranksNumbers: true,
    means: {
      class: 'anchor',
      en: 'the replies to this message are used up',
      zh: '该消息的被动回复次数已用完',
      anchorDead: true,
      reported: true,
    },
  },
  {
    // The text continues with a newline, escaped or real.
    text: '流式消息md分片需要',
    outranksNumbers: true,
    means: {
      class: 'content',
      en: 'the final chunk of streamed markdown must end with a line break',
      zh: '流式 markdown 的最后一个分片须以换行结尾',
      finalChunkNeedsNewline: true,
      reported: true,
    },
  },
  {
    text: '同一流式消息发送超过时间限制',
    outranksNumbers: true,
    means: {
      class: 'content',
      en: 'the streamed message is older than about 10 minutes; this chunk was still taken',
      zh: '流式消息已超过约 10 分钟；本分片仍已被接受',
      streamOver: true,
      reported: true,
      advice: {
        en: 'End a streamed message after 8 minutes at most, and go on in a new one.',
        zh: '请在 8 分钟内结束一条流式消息，并在新消息中继续。',
      },
    },
  },
  // Clients saw both under other numbers as well.
  { text: '富媒体文件下载失败', outranksNumbers: true, means: 850026 },
  { text: '富媒体文件格式不支持', outranksNumbers: true, means: 850019 },
  { text: '回复消息msg_id已过期', means: 40034005 },
  { text: '请求参数msg_id无效或越权', means: 40034024 },
  { text: 'msgid已经过期,不能回复', means: 40034031 },
  { text: '消息ID已过期，不能回复', means: 304103 },
  { text: '被动回复时间或次数超限', means: 40034128 },
  { text: '回复消息失败，被动回复时间或者次数超过限制', means: 40034128 },
  { text: '消息被去重', means: 40054005 },
  { text: 'not allowd custom keyborad', means: 304057 },
  { text: 'get header appid failed', means: 630006 },
  { text: 'check app privilege not pass', means: 11253 },
  { text: 'msg limit exceed', means: 22009 },
  { text: 'reply message not allow markdown', means: 304041 },
  { text: '不允许发送原生 markdown', means: 50056 },
  { text: '已经提交的消息内容不可修改', means: 40007, areas: ['stream'] },
  { text: '请求参数index需要递增', means: 40006, areas: ['stream'] },
  { text: '其它流式消息发送中', means: 40034021 },
  { text: 'upload media info fail', means: 304082 },
  { text: 'convert media info fail', means: 304083 },
  { text: 'push message is waiting for audit now', means: 304023 },
  { text: 'invalid request', whole: true, areas: TO_A_TARGET, means: 11255 },
  { text: 'input type err', whole: true, means: 50059 },
  { text: 'empty msg', whole: true, means: 50006 },
  { text: '请求参数无效', whole: true, areas: ['recall'], means: 40061001 },
  { text: '频率限制', means: TOO_FREQUENT },
  { text: 'Too many requests', means: TOO_FREQUENT },
]

/** Normalizes case, width, spacing and the final full stop of a text. */
const normalize = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/\s+/g, '')
    .replace(/[.!。]$/, '')

const fits = ({ text, whole, areas }: ErrorText, said: string, area: ErrorArea | null): boolean =>
  (whole ? said === normalize(text) : said.includes(normalize(text))) &&
  (!areas || (area !== null && areas.includes(area)))

/** The facts of a text, either among those that outrank numbers or among the others. */
export const factsOfText = (
  message: string,
  area: ErrorArea | null,
  outranksNumbers: boolean,
): ErrorFacts | undefined => {
  if (message === '') return undefined
  const said = normalize(message)
  const found = errorTexts.find(
    (known) => (known.outranksNumbers ?? false) === outranksNumbers && fits(known, said, area),
  )
  if (!found) return undefined
  const { means } = found
  if (typeof means === 'number') return errorCodeAt(means, area)
  return { ...means, code: null, area }
}
