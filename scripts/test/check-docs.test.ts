import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { findFaults } from '../check-docs.mjs'

let root: string

const write = (file: string, text: string): void => {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
  writeFileSync(path.join(root, file), text)
}

const HOME = 'https://github.com/qqkit/qqkit/blob/main'
const ROOMS = { 'packages/rest': ['types', 'send', '.'] }
const faults = (): string[] => findFaults(root, ROOMS)

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'docs-'))
  copyFileSync(path.resolve(import.meta.dirname, '../../.gitignore'), path.join(root, '.gitignore'))
  write(
    'packages/rest/src/send/sender.ts',
    'export class MessageSender {}\nexport const sender = { waitsFor: 1 }\n',
  )
  write('docs/architecture.md', '# Architecture\n\n| rest | `types` `send` `.` | |\n')
})
afterEach(() => {
  rmSync(root, { recursive: true })
})

it.each([
  'A path: `packages/rest/src/send/sender.ts`, `rest/src/send/`, `send/sender.ts`, `sender.ts`',
  'What a build makes: `dist/index.js`; a pattern: `etc/*.api.md`; a route: `/v2/users/{id}`; a package: `@qqkit/rest`',
  'Names of code: `MessageSender`, `sender.waitsFor()`, a part of one: `waitsF`; a plain word: `unknown`',
  '```ts\nimport { Gone } from "./gone.ts"\n```\n\n`[a link in code](gone.md)`',
  'A column of others:\n\n| task | there | here |\n| - | - | - |\n| a \\| b | `theirName` | `sender` |\n',
  'Links: [up](../docs/architecture.md#architecture), [here](#a-heading-of-its-own), [out](https://example.com/gone.md)\n\n## A heading, of its `own`\n',
])('is content with %j', (text) => {
  write('docs/page.md', `${text}\n`)
  expect(faults()).toEqual([])
})

it.each([
  ['`packages/rest/src/send/gone.ts`', 'names packages/rest/src/send/gone.ts, which does not exist'],
  ['`rest/src/gone/`', 'names rest/src/gone/, which does not exist'],
  ['`gone.mjs`', 'names gone.mjs, which does not exist'],
  ['`sender.isGone`', 'names isGone, which occurs nowhere in the code'],
  ['`gone()`', 'names gone, which occurs nowhere in the code'],
  ['[a page](gone.md)', 'links gone.md, which does not exist'],
  ['[a heading](architecture.md#gone)', 'links architecture.md#gone, a heading that is not there'],
  [`[an address](${HOME}/docs/gone.md)`, `links ${HOME}/docs/gone.md, which does not exist`],
  [
    `[an address]: ${HOME}/docs/architecture.md#gone`,
    `links ${HOME}/docs/architecture.md#gone, a heading that is not there`,
  ],
])('finds %s', (text, fault) => {
  write('docs/page.md', `# Page\n\n\`\`\`\ncode\n\`\`\`\n\n${text}\n`)
  expect(faults()).toEqual([`docs/page.md:7 ${fault}`])
})

it('READMEs of packages link texts by their addresses, since npm shows them alone', () => {
  write('packages/rest/README.md', '[how](../../docs/architecture.md#architecture)\n')
  expect(faults()).toEqual([
    'packages/rest/README.md:1 links ../../docs/architecture.md#architecture, which readers of the package cannot follow: give its address',
  ])
  write(
    'packages/rest/README.md',
    `[how](${HOME}/docs/architecture.md#architecture), [code](${HOME}/packages/rest/src)\n`,
  )
  expect(faults()).toEqual([])
})

it('lets decisions name code that is gone, but no file', () => {
  write('docs/adr/0001-a.md', 'It was `GoneClass` in `packages/gone.ts`.\n')
  expect(faults()).toEqual(['docs/adr/0001-a.md:1 names packages/gone.ts, which does not exist'])
})

it('finds names in the other columns of a table with a column of others', () => {
  write('docs/page.md', '| task | there | here |\n| - | - | - |\n| a | `theirName` | `goneName` |\n')
  expect(faults()).toEqual(['docs/page.md:3 names goneName, which occurs nowhere in the code'])
})

it('leaves changesets alone: they tell of old names', () => {
  write('.changeset/a.md', '`GoneClass`\n')
  expect(faults()).toEqual([])
})

it.each(['| rest | `send` `types` `.` | |', '| rest | `types` `.` | |', ''])(
  'finds rooms of the architecture that are out of step: %j',
  (row) => {
    write('docs/architecture.md', `${row}\n`)
    expect(faults()).toEqual(['docs/architecture.md: the rooms of rest are `types` `send` `.`'])
  },
)

it('finds a page in Chinese that is out of step with the English one', () => {
  const block = '```sh\n# no heading\n```\n'
  const english = `# a\n\n## b\n\n### c\n\n## Results\n\n### d\n\n${block}\n## e\n\n${block}`
  const chinese = `# 甲\n\n## 乙\n\n### 丙\n\n## 结果\n\n见英文页。\n\n## 戊\n\n${block}`
  for (const page of ['packages/rest/README', 'docs/guides/errors']) {
    write(`${page}.md`, english)
    write(`${page}.zh-CN.md`, chinese)
  }
  expect(faults()).toEqual([])
  write('packages/rest/README.zh-CN.md', `# 甲\n\n### 丙\n\n## 乙\n\n## 结果\n\n## 戊\n\n${block}`)
  write('docs/guides/errors.zh-CN.md', `# 甲\n\n## 乙\n\n### 丙\n\n## 结果\n`)
  expect(faults()).toEqual([
    'docs/guides/errors.zh-CN.md has no heading where errors.md has "e"',
    'docs/guides/errors.zh-CN.md has 0 blocks of code, errors.md 1',
    'packages/rest/README.zh-CN.md has "丙" where README.md has "b"',
  ])
})
