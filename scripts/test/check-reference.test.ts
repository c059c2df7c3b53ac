import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { findFaults } from '../check-reference.mjs'
import { REFERENCE } from '../reference/sections.mjs'

let root: string

const write = (file: string, text: string): void => {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
  writeFileSync(path.join(root, file), text)
}

/** The sign, which this file does not write: it is checked as well. */
const S = '\u{A7}'
/** Nor this name. */
const OLD = ['design', 'md'].join('.')
const PAGE = `${REFERENCE}/05-rest-endpoints.md`
const GATEWAY = `${REFERENCE}/03-websocket-gateway.md`
const CODE = 'packages/rest/src/code.ts'

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'reference-'))
  copyFileSync(path.resolve(import.meta.dirname, '../../.gitignore'), path.join(root, '.gitignore'))
  write(
    PAGE,
    [
      '<a id="5"></a>\n\n# 5. REST endpoints\n',
      `<a id="5-4"></a>\n\n## 5.4 Streaming (see [${S}5.4.1](#5-4-1), [${S}3.2](03-websocket-gateway.md#3-2))\n`,
      '```\n# 7. In code\n```\n',
      '<a id="5-4-1"></a>\n\n### 5.4.1 Live rules\n',
    ].join('\n'),
  )
  write(GATEWAY, '<a id="3"></a>\n\n# 3. Gateway\n\n<a id="3-2"></a>\n\n## 3.2 Frames\n')
  write(`${REFERENCE}/README.md`, '# Reference\n\n- [5](05-rest-endpoints.md#5)\n')
})
afterEach(() => {
  rmSync(root, { recursive: true })
})

it('is content with sections that are there, as they stand in sentences', () => {
  write(CODE, `// As in ${S}5.4.1. Not ${S}3.2; ${S}5.4 – ${S}5.4.1, ${S}5.4–5.4.1 (${S}3, ${S}5.4)\n`)
  write('README.md', `[${S}3.2](${REFERENCE}/03-websocket-gateway.md#3-2), ${S}n, \`${S}\`\n`)
  expect(findFaults(root)).toEqual([])
})

it.each([
  'packages/rest/dist',
  'packages/rest/.types/src',
  'node_modules/other/src',
  'packages/rest/reports',
])('reads nothing of %s, as Git does', (folder) => {
  write(`${folder}/index.d.ts`, `// ${S}9.9\n`)
  expect(findFaults(root)).toEqual([])
})

it('asks for patterns in .gitignore that it can read', () => {
  appendFileSync(path.join(root, '.gitignore'), '/packages/*/made\n')
  expect(() => findFaults(root)).toThrow('/packages/*/made')
})

describe('finds in a text', () => {
  const url = `https://github.com/qqkit/qqkit/blob/main/${REFERENCE}/05-rest-endpoints.md`
  const cases: readonly (readonly [what: string, text: string, fault: string])[] = [
    ['a section that does not exist', `a\n// ${S}5.4.2`, `code.ts:2 cites ${S}5.4.2, which ${REFERENCE}`],
    ['a chapter that does not exist', `// ${S}6`, `cites ${S}6, which`],
    ['one inside a list', `// (${S}5.4, ${S}3.9)`, `cites ${S}3.9, which`],
    ['one in a text of the code', `const section = '${S}3.12'`, `cites ${S}3.12, which`],
    ['the end of a range', `// ${S}5.4–5.9`, `cites ${S}5.9, which`],
    ['a blank after the sign', `// ${S} 5.4`, `writes a section other than as ${S}5.4`],
    ['two signs', `// ${S}${S}5.4`, `writes a section other than as ${S}5.4`],
    [
      'a link to another section',
      `/** {@link ${url}#5-4 ${S}5.4.1} */`,
      `links ${S}5.4.1 to ${url}#5-4: it is ${REFERENCE}/05-rest-endpoints.md#5-4-1`,
    ],
    ['a link to no section', `/** {@link ${url}#5-7 streams} */`, '05-rest-endpoints.md#5-7, which does not'],
    ['a link to no page', `// see ${REFERENCE}/5-rest.md`, `links ${REFERENCE}/5-rest.md, which does not`],
    ['a document from elsewhere', `// see ${OLD}`, `names ${OLD}, which is not in the repository`],
  ]

  it.each(cases)('%s', (_, text, fault) => {
    write(CODE, `${text}\n`)
    expect(findFaults(root)).toContainEqual(expect.stringContaining(fault))
  })
})

describe('in the README of a package', () => {
  const README = 'packages/rest/README.zh-CN.md'
  const address = `https://github.com/qqkit/qqkit/blob/main/${REFERENCE}/05-rest-endpoints.md#5-4`

  it.each([
    ['with a link', `([${S}5.4](${address}))`],
    ['with a link that stands below', `| [${S}5.4] | [${S}5.4] |\n\n[${S}5.4]: ${address}`],
  ])('is content with a section %s', (_, text) => {
    write(README, `${text}\n`)
    expect(findFaults(root)).toEqual([])
  })

  it.each([
    ['without a link', `as in ${S}5.4`, 'without a link to'],
    [
      'with a link inside the repository',
      `[${S}5.4](../../${REFERENCE}/05-rest-endpoints.md#5-4)`,
      'without a',
    ],
    ['with a link that is missing below', `[${S}5.4] here`, 'without a link to'],
    ['with a link below to another', `[${S}5.4]\n\n[${S}5.4]: ${address}-1`, 'without a link to'],
    [
      'with a link to another place',
      `[${S}5.4](${address.replace('qqkit/qqkit', 'else/where')})`,
      'links a page of the reference elsewhere than at https://github.com/qqkit/qqkit/',
    ],
  ])('finds a section %s', (_, text, fault) => {
    write(README, `${text}\n`)
    expect(findFaults(root)).toContainEqual(expect.stringContaining(fault))
  })
})

describe('in a comment that users read in their editors', () => {
  const ENTRY = 'packages/rest/src/index.ts'
  const link = (section: string, shown = section): string =>
    `{@link https://github.com/qqkit/qqkit/blob/main/${REFERENCE}/05-rest-endpoints.md#${section.replaceAll('.', '-')} ${S}${shown}}`

  beforeEach(() => {
    write(
      'packages/rest/package.json',
      JSON.stringify({ exports: { '.': { '@qqkit/source': './src/index.ts' } } }),
    )
    write(CODE, '')
  })

  it('is content with links', () => {
    write(
      ENTRY,
      `/** Sends (${link('5.4')}, ${link('5.4.1')}). */\nexport const a = 1 // ${S}5.4\n/** ${S}5.4 */\nconst b = 2\n`,
    )
    expect(findFaults(root)).toEqual([])
  })

  it.each([
    ['a bare section', `(${S}5.4)`],
    ['one after a link', `(${link('5.4.1')}, ${S}5.4)`],
    ['a link that Markdown has', `[${S}5.4](${link('5.4').slice('{@link '.length, -` ${S}5.4}`.length)})`],
  ])('finds %s', (_, words) => {
    write(ENTRY, "export * from './code.js'\n")
    write(CODE, `\n/** Sends ${words}. */\nexport const a = 1\n`)
    expect(findFaults(root)).toEqual([`${CODE}:2 shows users ${S}5.4 without its page: ${link('5.4')}`])
  })
})

describe('finds in the reference', () => {
  const cases: readonly (readonly [what: string, page: string, text: string, fault: string])[] = [
    ['a section without an anchor', PAGE, '## 5.5 Upload', `:17 has no <a id="5-5"></a> before its heading`],
    ['an anchor without a section', PAGE, '<a id="5-5"></a>', ':17 has the anchor 5-5 before no section'],
    [
      'an anchor of another section',
      PAGE,
      '<a id="5-6"></a>\n\n## 5.5 Upload',
      ':17 has the anchor 5-6 before no section',
    ],
    [
      'a section on another page',
      GATEWAY,
      '<a id="5-5"></a>\n\n## 5.5 Upload',
      'has section 5.5 on the page of another chapter',
    ],
    [
      'a section twice',
      PAGE,
      '<a id="5-4"></a>\n\n## 5.4 Again',
      'has section 5.4, which 05-rest-endpoints.md has too',
    ],
    [
      'a link to no section of the page',
      PAGE,
      '[above](#5-9)',
      `links ${REFERENCE}/05-rest-endpoints.md#5-9`,
    ],
    ['a link to no other page', PAGE, '[x](04-events.md)', `links ${REFERENCE}/04-events.md, which does not`],
    [
      'a link to another section than it shows',
      PAGE,
      `[${S}5.4](#5-4-1)`,
      `links ${S}5.4 to #5-4-1: it is ${REFERENCE}/05-rest-endpoints.md#5-4`,
    ],
    [
      'a link that shows a section of another page',
      PAGE,
      `[${S}3.2](#3-2)`,
      `links ${REFERENCE}/05-rest-endpoints.md#3-2, which does not`,
    ],
  ]

  it.each(cases)('%s', (_, page, text, fault) => {
    appendFileSync(path.join(root, page), `\n${text}\n`)
    expect(findFaults(root)).toContainEqual(expect.stringContaining(fault))
  })
})
