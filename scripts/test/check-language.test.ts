import { expect, it } from 'vitest'

import { AVOIDED, findAvoided } from '../check-language.mjs'

const SOURCE = 'packages/rest/src/send/sender.ts'
const wordsIn = (text: string, file = SOURCE): string[] =>
  findAvoided([{ file, text }]).map(({ word }) => word)

it.each([
  ['// The stream goes on.\n', ['goes on']],
  ['/** Nobody reads it, and whoever does is told. */\n', ['Nobody', 'whoever', 'is told']],
  ['/**\n * What becomes\n * of a reply.\n */\n', ['becomes of']],
  ['const a = 1 // anew\n', ['anew']],
  ['{/* under way */}\n', ['under way']],
])('finds words in comments: %j', (text, words) => {
  expect(wordsIn(text).toSorted()).toEqual(words.toSorted())
})

it.each([
  ["throw new Error('goes on: nobody is told')\n"],
  ["const url = 'https://example.com/anew'\n"],
  ['// Continues; a person gone, an ongoing call, the newest renewal, bytes itself.\n'],
])('leaves code and other words alone: %j', (text) => {
  expect(wordsIn(text)).toEqual([])
})

it('reads pages without their code, and no pages in the words of others', () => {
  const text = 'It goes on.\n\n`goes on`\n\n```ts\n// goes on\n```\n'
  expect(wordsIn(text, 'README.md')).toEqual(['goes on'])
  for (const file of [
    'docs/protocol/README.md',
    'docs/adr/0001-a.md',
    'README.zh-CN.md',
    'packages/bot/CHANGELOG.md',
  ])
    expect(wordsIn(text, file)).toEqual([])
  expect(wordsIn(text, 'packages/rest/test/a.test.ts')).toEqual([])
})

it('says where, and what to write instead', () => {
  expect(findAvoided([{ file: SOURCE, text: '// A\n\n// Anew.\n' }])).toEqual([
    { file: SOURCE, line: 3, word: 'Anew', instead: 'again, from the start' },
  ])
  for (const [, instead] of AVOIDED) expect(instead).not.toBe('')
})
