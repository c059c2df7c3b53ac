import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { findGaps, writeLists } from '../check-behaviours.mjs'
import { idsInTitles } from '../reference/test-titles.mjs'

let root: string

const write = (file: string, text: string): void => {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
  writeFileSync(path.join(root, file), text)
}
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8')

const PAGE = 'docs/behaviours.md'
const BEATS = 'packages/gateway/test/beats.test.ts'
const CLOSES = 'packages/gateway/test/closes.test.ts'

/** Replaces a piece of a file that has to be there. */
const change = (file: string, from: string, to: string): void => {
  const text = read(file)
  expect(text).toContain(from)
  write(file, text.replace(from, to))
}

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'behaviours-'))
  write(
    PAGE,
    [
      '# Behaviours\n',
      '## GW: gateway\n',
      '- <a id="gw-01"></a>**GW-01** It beats.',
      '- <a id="gw-02"></a>**GW-02** It closes.\n',
    ].join('\n'),
  )
  write(BEATS, "it('GW-01 beats', () => {})\nit('GW-01 GW-02 beats no more', () => {})\n")
  write(CLOSES, "it.each([1])('GW-02 closes with %i', () => {})\n")
  writeLists(root)
})
afterEach(() => {
  rmSync(root, { recursive: true })
})

it('writes below each line the tests that prove it', () => {
  expect(read(PAGE)).toMatchInlineSnapshot(`
    "# Behaviours

    ## GW: gateway

    - <a id="gw-01"></a>**GW-01** It beats.
      - Tests: [\`gateway/test/beats.test.ts\`](../packages/gateway/test/beats.test.ts)
    - <a id="gw-02"></a>**GW-02** It closes.
      - Tests: [\`gateway/test/beats.test.ts\`](../packages/gateway/test/beats.test.ts), [\`gateway/test/closes.test.ts\`](../packages/gateway/test/closes.test.ts)
    "
  `)
  expect(findGaps(root)).toEqual([])
})

it('writes the same again', () => {
  const page = read(PAGE)
  writeLists(root)
  expect(read(PAGE)).toBe(page)
})

describe('finds', () => {
  const cases: readonly (readonly [what: string, file: string, from: string, to: string, gap: string])[] = [
    [
      'an id without a line',
      CLOSES,
      'GW-02',
      'GW-99',
      `${CLOSES} has GW-99 in a title, which has no line in`,
    ],
    ['an id of no group', CLOSES, 'GW-02', 'XX-02', `${CLOSES} has XX-02 in a title`],
    ['a line without a test', PAGE, '**GW-02**', '**GW-03**', 'GW-03 has no test: no title has its id.'],
    [
      'a list that was changed by hand',
      PAGE,
      'closes.test.ts`](',
      'close.test.ts`](',
      'names other tests than',
    ],
    [
      'a list that is missing',
      PAGE,
      '  - Tests: [`gateway/test/beats.test.ts`](../packages/gateway/test/beats.test.ts)\n',
      '',
      'names other tests than',
    ],
    ['a line twice', PAGE, '**GW-02**', '**GW-01**', `${PAGE}:7 has GW-01 a second time`],
    ['a wrong anchor', PAGE, 'id="gw-02"', 'id="gw-03"', `${PAGE}:7 has the anchor gw-03 instead of gw-02`],
    ['a line without an id', PAGE, '**GW-02** ', '', `${PAGE}:7 is not the line of a behaviour`],
    [
      'a line that says nothing',
      PAGE,
      '**GW-02** It closes.',
      '**GW-02**',
      `${PAGE}:7 is not the line of a behaviour`,
    ],
  ]

  it.each(cases)('%s', (_, file, from, to, gap) => {
    change(file, from, to)
    expect(findGaps(root)).toContainEqual(expect.stringContaining(gap))
  })

  it('a line whose tests do not run', () => {
    write(CLOSES, "it.todo('GW-02 closes')\n")
    write(BEATS, "it('GW-01 beats', () => {})\nit.skip('GW-02 beats no more', () => {})\n")
    expect(findGaps(root)).toContainEqual('GW-02 has no test: no title has its id.')
  })
})

describe('takes for a title', () => {
  const cases: readonly (readonly [what: string, code: string])[] = [
    ['the title of a test', "it('GW-01 a', () => {})"],
    ['an id inside of one', "test('a (GW-01)', () => {})"],
    ['the title of a group', "describe('GW-01', () => {})"],
    ['the title of a concurrent test', "it.concurrent('GW-01 a', () => {})"],
    ['the title of a table', "it.each(rows)('%s is GW-01', () => {})"],
    ['the title of a table in a template', "it.each`a\n${1}`('$a is GW-01', () => {})"],
    ['a template', 'it(`${name}: GW-01 ${seed}`, () => {})'],
    ['a title on a line of its own', "it(\n  'GW-01 a',\n  { timeout: 1 },\n  () => {},\n)"],
    ['a row of a table', "const rows = [['GW-01 a', 1]]"],
    ['a name in a suite', "export const contract = [{ name: 'GW-01 a' }]"],
    ['a key in a suite', "export const contract = { 'GW-01 a': () => {} }"],
    ['the first argument of a helper', "story('GW-01 a', () => {})"],
  ]
  it.each(cases)('%s', (_, code) => {
    expect(idsInTitles(BEATS, code)).toEqual(['GW-01'])
    expect(idsInTitles('packages/gateway/src/beats.ts', code)).toEqual([])
  })

  it.each([
    ['a comment', '// GW-01 a'],
    ['a sentence elsewhere', "expect(text).toBe('see GW-01')"],
    ['a test that is to be written', "it.todo('GW-01 a')"],
    ['a test that is skipped', "it.skip('GW-01 a', () => {})"],
    ['a table that is skipped', "it.skip.each(rows)('GW-01 a', () => {})"],
    ['another word with digits', "it('UTF-16 and X-01', () => {})"],
  ])('not %s', (_, code) => {
    expect(idsInTitles(BEATS, code)).toEqual([])
  })

  it('those of suites that packages hand out, and of soak runs', () => {
    const code = "export const contract = { 'GW-01 a': () => {} }"
    expect(idsInTitles('packages/core/src/testing/contracts/one.ts', code)).toEqual(['GW-01'])
    expect(idsInTitles('packages/gateway/soak/one.ts', code)).toEqual(['GW-01'])
    expect(idsInTitles('packages/simulator/test/one.tsx', `${code}; <p>GW-02</p>`)).toEqual(['GW-01'])
  })
})
