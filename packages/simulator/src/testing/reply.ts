import { isDeepStrictEqual } from 'node:util'

import type { LogEntry, MessageEntry, MessageFile } from '../core/kernel/log-entry.js'
import { fieldsOf, listOf, textOf } from '../page/view/wire-objects.js'

/** A message of the bot, as a person sees it. */
export interface Reply {
  /** The whole text; for messages without text the kind, e.g. `[media]`. */
  readonly content: string
  /** Labels of the buttons, row by row. */
  readonly buttons: readonly string[]
  /** The kind of its first file, e.g. `'image'`; all of them are in `entry.files`. */
  readonly media: MessageFile['kind'] | null
  /** Whether the text is native markdown. */
  readonly markdown: boolean
  /** The visible texts of a streamed message, from the first chunk to the last; empty for other messages. */
  readonly growth: readonly string[]
  /** Whether it is no reply: the reply window was over, or the bot spoke first. */
  readonly proactive: boolean
  readonly entry: MessageEntry
}

/** What a reply must be like; a field that is left out matches all. */
export interface ReplyShape {
  readonly content?: string | RegExp
  /** Exactly these labels. */
  readonly buttons?: readonly string[]
  readonly media?: Reply['media']
  readonly markdown?: boolean
  readonly streamed?: boolean
  readonly proactive?: boolean
}

/** An expectation: the whole text, a pattern, fields, or a function of the reply. */
export type Expected = string | RegExp | ReplyShape | ((reply: Reply) => boolean)

const labelsIn = (keyboard: unknown): readonly string[] =>
  listOf(fieldsOf(fieldsOf(keyboard)['content'])['rows']).flatMap((row) =>
    listOf(fieldsOf(row)['buttons']).map((button) =>
      textOf(fieldsOf(fieldsOf(button)['render_data'])['label']),
    ),
  )

/** Whether an entry is a complete message of a bot. */
export const isWhole = (entry: LogEntry): entry is MessageEntry =>
  entry.kind === 'message' &&
  entry.direction === 'out' &&
  (entry.change === 'sent' || entry.change === 'streamed' || entry.change === 'unfinished')

/** Reads a message of a bot from the log. */
export const replyOf = (entry: MessageEntry, log: readonly LogEntry[]): Reply => {
  const payload = fieldsOf(entry.payload)
  const streamed = entry.change !== 'sent'
  return {
    content: entry.content,
    buttons: [
      ...labelsIn(payload['keyboard']),
      ...labelsIn(fieldsOf(payload['prompt_keyboard'])['keyboard']),
    ],
    media: entry.files[0]?.kind ?? null,
    markdown: payload['content_type'] === 'markdown' || (payload['markdown'] ?? null) !== null,
    growth: streamed
      ? log.flatMap((one) => (one.kind === 'message' && one.id === entry.id ? [one.content] : []))
      : [],
    proactive: entry.replyTo === null,
    entry,
  }
}

const fitsText = (expected: string | RegExp, content: string): boolean => {
  if (typeof expected === 'string') return expected === content
  // A global or sticky pattern remembers where it stopped.
  expected.lastIndex = 0
  return expected.test(content)
}

/** The answer of an expectation: a promise counts as true in JavaScript, and would pass always. */
const answerOf = (answer: unknown): boolean => {
  if (typeof answer === 'boolean') return answer
  const came = answer instanceof Promise ? 'a promise' : answer === undefined ? 'undefined' : 'something else'
  throw new TypeError(`a function given to expect() has to return true or false; it returned ${came}`)
}

/** Whether a reply is as expected. */
export const fits = (expected: Expected, reply: Reply): boolean => {
  if (typeof expected === 'function') return answerOf(expected(reply))
  if (typeof expected === 'string' || expected instanceof RegExp) return fitsText(expected, reply.content)
  const { content, streamed, ...fields } = expected
  return (
    (content === undefined || fitsText(content, reply.content)) &&
    (streamed === undefined || streamed === reply.growth.length > 0) &&
    Object.entries(fields).every(
      ([name, value]) => value === undefined || isDeepStrictEqual(value, reply[name as keyof Reply]),
    )
  )
}

/** An expectation in words. */
export const describeExpected = (expected: Expected): string => {
  if (typeof expected === 'function') return 'a reply that the function accepts'
  if (typeof expected === 'string') return JSON.stringify(expected)
  if (expected instanceof RegExp) return String(expected)
  const fields = Object.entries(expected).map(
    ([name, value]) => `${name}: ${value instanceof RegExp ? String(value) : JSON.stringify(value)}`,
  )
  return `{ ${fields.join(', ')} }`
}

/** A reply in words: its text, and the fields that an expectation can ask for. */
export const describeReply = ({ content, buttons, media, growth, proactive }: Reply): string => {
  const fields = [
    ...(buttons.length > 0 ? [`buttons ${buttons.join(', ')}`] : []),
    ...(media ? [media] : []),
    ...(growth.length > 0 ? ['streamed'] : []),
    ...(proactive ? ['proactive'] : []),
  ]
  return `${JSON.stringify(content)}${fields.length > 0 ? ` (${fields.join('; ')})` : ''}`
}
