import { growthOf, hostileUnits } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import {
  code,
  codeBlock,
  escapeContent,
  escapeMarkdown,
  isBlank,
  mention,
  placeMarkup,
  splitMarkdown,
  splitText,
  unescapeContent,
} from '../../src/index.js'
import { answerError } from '../../src/errors/make-error.js'
import { readAnswer } from '../../src/http/read-answer.js'
import type { LiveCall } from '../../src/pipeline/call.js'
import { retryTable } from '../../src/retry/retry-table.js'
import { TOKEN } from '../bench.js'
import { guildText, plainText } from '../../src/message/plain-text.js'
import { openFence } from '../../src/text/open-fence.js'
import { tearTags } from '../../src/text/tear-tags.js'

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
  tearTags,
  openFence,
  splitText: (text) => splitText(text, 100),
  splitMarkdown: (text) => splitMarkdown(text, 140),
  placeMarkup: (text) => placeMarkup({ content: made + text }, { scene: 'group', unescaped: true }),
  'placeMarkup in guilds': (text) => placeMarkup({ content: made + text }, { scene: 'channel' }),
  'the error of an answer': (text) =>
    answerError(
      { method: 'POST', route: '/x', repeatability: 'plain' } as LiveCall,
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
