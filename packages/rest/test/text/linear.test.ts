import { growthOf, hostileUnits } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import { answerError } from '../../src/answers/attempt-error.js'
import { readAnswer } from '../../src/answers/read-answer.js'
import { renderMarkup } from '../../src/index.js'
import type { PipelineCall } from '../../src/pipeline/call.js'
import { retryTable } from '../../src/retry/retry-table.js'
import { defuseTags } from '../../src/text/escape.js'
import {
  code,
  codeBlock,
  escapeContent,
  escapeMarkdown,
  isBlank,
  mention,
  splitMarkdown,
  splitText,
  unescapeContent,
} from '../../src/text/index.js'
import { guildText, plainText } from '../../src/text/plain-text.js'
import { openFence } from '../../src/text/split-markdown.js'
import { TOKEN } from '../support/rest-harness.js'

const made = String(mention('AB12'))

/** Everything that reads texts which people, models or the platform have written. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  plainText: (text) => plainText(text, { nameOf: () => 'ann' }),
  guildText,
  escapeMarkdown,
  escapeContent,
  unescapeContent,
  code,
  codeBlock,
  isBlank,
  defuseTags,
  openFence,
  splitText: (text) => splitText(text, 100),
  splitMarkdown: (text) => splitMarkdown(text, 140),
  renderMarkup: (text) => renderMarkup({ content: made + text }, { scene: 'group', unescaped: true }),
  'renderMarkup in guilds': (text) => renderMarkup({ content: made + text }, { scene: 'channel' }),
  'the error of an answer': (text) =>
    answerError(
      { method: 'POST', route: '/x', repeatability: 'plain' } as PipelineCall,
      readAnswer({ status: 400, headers: {}, body: Buffer.from(JSON.stringify({ message: text })) }, 0),
      { situation: 'refused', facts: null },
      { table: retryTable, token: TOKEN },
    ),
  readAnswer: (text) => readAnswer({ status: 200, headers: {}, body: Buffer.from(text) }, 0),
}

describe.each(Object.entries(READERS))('RS-56 %s', (_name, read) => {
  it('takes time in proportion to the length of a text, whatever is in it', () => {
    const slow = hostileUnits.flatMap((unit) =>
      ['', 'a`'].flatMap((start) => {
        const text = (length: number): string => `${start}${unit.repeat(Math.ceil(length / unit.length))}a`
        const { tooFastAt } = growthOf(read, text)
        return tooFastAt === null ? [] : [`${JSON.stringify(start + unit)} at ${tooFastAt}`]
      }),
    )
    expect(slow).toEqual([])
  })
})
