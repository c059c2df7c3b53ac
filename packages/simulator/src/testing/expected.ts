import { isDeepStrictEqual } from 'node:util'

import type { Reply } from '../recordings/reply.js'

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
  return fields.length === 0 ? 'a reply' : `{ ${fields.join(', ')} }`
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
