/** The tables of the guides against the code that they show. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { faults, incidents, liveSwitches } from '@qqkit/simulator'
import { fallbackRules, retryTable, type Situation } from '@qqkit/rest'
import { describe, expect, it } from 'vitest'

const ENDINGS = ['.md', '.zh-CN.md'] as const

const folder = path.join(import.meta.dirname, '..', '..', '..', 'docs', 'guides')
const guide = (name: string): string => readFileSync(path.join(folder, name), 'utf8')

/** Cells of the table rows that begin with a name in code. */
const rowsOf = (name: string): readonly (readonly string[])[] =>
  guide(name)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('`', '')))

describe.each(ENDINGS)('retries-and-fallbacks%s', (ending) => {
  const rows = rowsOf(`retries-and-fallbacks${ending}`)

  it('shows the retry table as it is', () => {
    const situations = Object.keys(retryTable) as Situation[]
    expect(rows.filter((cells) => cells.length === 7).map((cells) => cells.slice(1, 5))).toEqual(
      situations.map((name) => [
        name,
        retryTable[name].idempotent,
        retryTable[name].keyed,
        retryTable[name].plain,
      ]),
    )
  })

  it('shows the fallback chain as it is', () => {
    expect(rows.filter((cells) => cells.length === 5).map((cells) => cells.slice(1, 3))).toEqual(
      fallbackRules.map(({ name, when }) => [name, when]),
    )
  })
})

describe.each(ENDINGS)('faults-and-incidents%s', (ending) => {
  const text = guide(`faults-and-incidents${ending}`)
  const isChinese = ending.includes('zh')

  it('names every fault and every incident', () => {
    for (const fault of Object.keys(faults)) expect(text).toContain(`\`${fault}\``)
    for (const incident of Object.keys(incidents)) expect(text).toContain(`| \`${incident}\` `)
  })

  it('SM-07 names every live switch with its values, default first, and its section', () => {
    for (const [live, { values, number, section, what }] of Object.entries(liveSwitches)) {
      const row = text.split('\n').find((line) => line.startsWith(`| \`${live}\``)) ?? ''
      const cells = row.split('|').map((cell) => cell.trim())
      const quoted = values.map((value) => `\`${value}\``).join(isChinese ? '、' : ', ')
      expect(cells[2]).toBe(
        number === null ? quoted : `${quoted}${isChinese ? '、字节数' : ', a number of bytes'}`,
      )
      expect(cells[3]).toBe(isChinese ? what.zh : what.en)
      expect(cells[4]).toMatch(`[${section}](../protocol/`)
    }
  })
})

it('the webhook guide has the same lines for frameworks in both languages', () => {
  const lines = (ending: string): readonly string[] =>
    Array.from(
      guide(`webhook${ending}`).matchAll(/^\| (?:Hono|Express|Koa|Fastify) .*?(`[^`]+`)/gm),
      ([, code = '']) => code,
    )
  expect(lines('.md')).toHaveLength(4)
  expect(lines('.zh-CN.md')).toEqual(lines('.md'))
})

it('the tables of all guides name the same things of code in both languages', () => {
  /** First cells that have nothing but code. */
  const names = (name: string): readonly string[] =>
    Array.from(guide(name).matchAll(/^\| ((?:`[^`]+`[\s,、]*)+)\|/gm), ([, cell = '']) =>
      cell.trim().replaceAll('、', ', '),
    )
  const english = readdirSync(folder).filter((name) => !name.endsWith('.zh-CN.md'))
  for (const name of english) expect(names(name.replace('.md', '.zh-CN.md')), name).toEqual(names(name))
  expect(english.length).toBeGreaterThan(15)
})
