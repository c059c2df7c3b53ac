import { readFileSync } from 'node:fs'

import { expect, it } from 'vitest'

const README = { en: 'README.md', zh: 'README.zh-CN.md' } as const
type Language = keyof typeof README

/** Cells of the table rows that begin with a name in code. */
const named = (language: Language): readonly (readonly string[])[] =>
  readFileSync(new URL(`../${README[language]}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('`', '')))

it('the README names the same things in both languages', () => {
  const names = (language: Language): unknown[] =>
    named(language).map(([, name = '']) => name.replaceAll('、', ', '))
  expect(names('zh')).toEqual(names('en'))
})
