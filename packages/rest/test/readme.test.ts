import { readFileSync } from 'node:fs'

import { expect, it } from 'vitest'

import { fallbackRules, retryTable, type Situation } from '../src/index.js'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** Cells of the table rows that begin with one of these names. */
const rows = (names: readonly string[]): readonly (readonly string[])[] =>
  readme
    .split('\n')
    .filter((line) => names.some((name) => line.startsWith(`| \`${name}\` `)))
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))

it('shows the retry table as it is', () => {
  const situations = Object.keys(retryTable) as Situation[]
  const shown = rows(situations).filter((cells) => cells.length === 7)
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
  expect(rows(fallbackRules.map(({ name }) => name)).map((cells) => cells.slice(1, 3))).toEqual(
    fallbackRules.map(({ name, when }) => [name, when]),
  )
})
