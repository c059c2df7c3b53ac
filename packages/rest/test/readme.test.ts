import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { fallbackRules, retryTable, type Situation } from '../src/index.js'

const README = { en: 'README.md', zh: 'README.zh-CN.md' } as const
type Language = keyof typeof README

/** Cells of the table rows that begin with a name in code. */
const named = (language: Language): readonly (readonly string[])[] =>
  readFileSync(new URL(`../${README[language]}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('`', '')))

/** The rows that begin with one of these names. */
const rows = (language: Language, names: readonly string[]): readonly (readonly string[])[] =>
  named(language).filter(([, name = '']) => names.includes(name))

describe.each(['en', 'zh'] as const)('the README (%s)', (language) => {
  it('shows the retry table as it is', () => {
    const situations = Object.keys(retryTable) as Situation[]
    const shown = rows(language, situations).filter((cells) => cells.length === 7)
    expect(shown.map((cells) => cells.slice(1, 5))).toEqual(
      situations.map((name) => [
        name,
        retryTable[name].idempotent,
        retryTable[name].keyed,
        retryTable[name].plain,
      ]),
    )
  })

  it('shows the fallback chain as it is', () => {
    const names = fallbackRules.map(({ name }) => name)
    expect(rows(language, names).map((cells) => cells.slice(1, 3))).toEqual(
      fallbackRules.map(({ name, when }) => [name, when]),
    )
  })
})

it('the README names the same things in both languages', () => {
  const names = (language: Language): unknown[] =>
    named(language).map(([, name = '']) => name.replaceAll('、', ', '))
  expect(names('zh')).toEqual(names('en'))
})
