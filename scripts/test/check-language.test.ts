import { expect, it } from 'vitest'

import { AVOIDED, faultsOf, findAvoided } from '../check-language.mjs'

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

it('says what to write instead', () => {
  for (const [, instead] of AVOIDED) expect(instead).not.toBe('')
})

const found = findAvoided([
  { file: SOURCE, text: '// Anew.\n\n// Nobody.\n' },
  { file: 'packages/bot/README.md', text: 'Nobody.\n' },
  { file: 'docs/page.md', text: 'Anew.\n' },
])

it('takes as many as there were, by package', () => {
  expect(faultsOf(found, { rest: 2, bot: 1, pages: 1 })).toEqual([])
  expect(faultsOf(found, { rest: 1, bot: 1, pages: 1 })).toEqual([
    'rest has 2 words that CONTRIBUTING.md avoids; there were 1:',
    `  ${SOURCE}:3 "Nobody": no one; better the thing that is missing: "no listener takes it"`,
    `  ${SOURCE}:1 "Anew": again, from the start`,
  ])
  expect(faultsOf(found, { rest: 2, bot: 1 })[0]).toBe(
    'pages has 1 words that CONTRIBUTING.md avoids; there were 0:',
  )
})
