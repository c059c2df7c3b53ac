import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { InvalidRequestError } from '../../src/index.js'
import { plainText, splitMarkdown, splitText } from '../../src/text/index.js'

const squeeze = (text: string): string => text.replaceAll(/\s+/g, '')

describe('splitText', () => {
  it.each([
    ['short', 10, ['short']],
    ['', 10, ['']],
    ['first part\n\nsecond part', 15, ['first part', 'second part']],
    ['one line\nand two\nand three', 18, ['one line\nand two', 'and three']],
    ['A sentence. Another one here.', 20, ['A sentence.', 'Another one here.']],
    ['今天天气很好。我们去公园玩吧！', 10, ['今天天气很好。', '我们去公园玩吧！']],
    ['some words without an end', 12, ['some words', 'without an', 'end']],
    ['abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    ['version 1.25 of it', 14, ['version 1.25', 'of it']],
    ['😀😀😀', 3, ['😀', '😀', '😀']],
  ])('BT-07 splits %j at %i into %j', (text, limit, pieces) => {
    expect(splitText(text, limit)).toEqual(pieces)
  })

  it.each([0, -1, 0.5, Number.NaN, null, '10', {}])(
    'BT-07 refuses %j as a limit, with which no text would end',
    (given) => {
      const limit = given as number
      for (const split of [splitText, splitMarkdown]) {
        expect(() => split('two words', limit)).toThrow(InvalidRequestError)
      }
    },
  )

  it.each([0, -1, 0.5, Number.NaN, Infinity])(
    'BT-07 splits as well where %j pieces are preferred',
    (most) => {
      expect(splitText('two words', 5, most)).toEqual(['two', 'words'])
      expect(splitMarkdown('two words', 46, most)).toEqual(['two words'])
      expect(splitText('two words', Infinity, most)).toEqual(['two words'])
    },
  )

  it.each([undefined, null, 7, {}])('BT-07 refuses %j as a text', (given) => {
    const text = given as string
    for (const run of [splitText, splitMarkdown, plainText])
      expect(() => run(text, 5)).toThrow(InvalidRequestError)
  })

  it('BT-07 keeps every word, in order, in pieces that fit', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        fc.integer({ min: 2, max: 50 }),
        (text, limit) => {
          const pieces = splitText(text, limit)
          expect(pieces.every((piece) => piece.length <= limit)).toBe(true)
          expect(squeeze(pieces.join(''))).toBe(squeeze(text))
        },
      ),
    )
  })

  it.each(['👨‍👩‍👧‍👦', '🇨🇳', '👍🏽', 'é̂', '❤️‍🔥', '1️⃣', 'नि'])(
    'BT-07 never cuts what people see as one sign: %s',
    (sign) => {
      const text = `a${sign.repeat(60)}`
      for (let limit = sign.length + 1; limit < 4 * sign.length; limit += 1) {
        const pieces = splitText(text, limit)
        expect(pieces.join('')).toBe(text)
        for (const piece of pieces) expect(piece.replaceAll(sign, '').length).toBeLessThanOrEqual(1)
      }
    },
  )

  it('BT-07 cuts a tag that is longer than a message', () => {
    const marks = `a${'\u0301'.repeat(2000)}`
    expect(splitText(marks, 100).join('')).toBe(marks)
  })

  it('BT-07 accepts worse cuts if the text then fits into the wanted number of pieces', () => {
    const text = 'aaaaaa\n\nbbbbbb\n\ncccccc\n\ndddddd'
    expect(splitText(text, 10)).toHaveLength(4)
    expect(splitText(text, 10, 4)).toEqual(splitText(text, 10))
    expect(splitText(text, 10, 3)).toHaveLength(3)
    expect(splitText(text, 10, 2)).toEqual(splitText(text, 10))
  })
})

describe('splitMarkdown', () => {
  it('BT-07 closes a code block that it cuts, and opens it again', () => {
    const code = Array.from({ length: 30 }, (_, line) => `const x${line} = ${line}`).join('\n')
    const pieces = splitMarkdown(`Look:\n\n\`\`\`ts\n${code}\n\`\`\`\n\nDone.`, 200)
    expect(pieces.length).toBeGreaterThan(2)
    for (const piece of pieces) {
      expect(piece.length).toBeLessThanOrEqual(200)
      expect(piece.match(/```/g)?.length ?? 0).toSatisfy((fences: number) => fences % 2 === 0)
    }
    expect(pieces[1]).toMatch(/^```ts\n/)
    expect(pieces.at(-1)).toMatch(/Done\.$/)
  })
})
