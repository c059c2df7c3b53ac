import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { checkSnippets, hiddenImports, snippetsOf } from '../check-snippets.mjs'

const root = path.resolve(import.meta.dirname, '..', '..')

describe('snippetsOf', () => {
  it('finds TypeScript, with the line of its first line, and nothing else', () => {
    const text = 'Words\n\n```sh\nnpm start\n```\n\n```ts\nconst a = 1\n```\n'
    expect(snippetsOf(text)).toEqual([{ line: 8, source: 'export {}; \nconst a = 1\n' }])
  })

  it('puts in front what a comment takes for granted', () => {
    const text = '<!-- given: declare const n: number -->\n\n```ts\nn + 1\n```\n'
    expect(snippetsOf(text)).toEqual([{ line: 4, source: 'export {}; declare const n: number\nn + 1\n' }])
  })
})

describe('hiddenImports', () => {
  it('finds what a snippet uses and only its hidden comment imports, in code and not in text', () => {
    const given =
      "<!-- given: import { Bot, type Context } from '@qqkit/bot'; import { asking } from '@qqkit/bot/asking' -->"
    const text = `Words\n\n${given}\n\n\`\`\`ts\nimport { AskError } from '@qqkit/bot/asking'\nnew Bot()\n\`\`\`\n`
    expect(hiddenImports(text)).toEqual([{ line: 3, name: 'Bot' }])
  })
})

describe('checkSnippets', () => {
  let home = ''
  beforeAll(() => {
    mkdirSync(path.join(root, 'scripts', 'reports'), { recursive: true })
    home = mkdtempSync(path.join(root, 'scripts', 'reports', 'snippets-test-'))
  })
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  const check = (text: string): ReturnType<typeof checkSnippets> => {
    const file = path.join(home, 'README.md')
    writeFileSync(file, text)
    return checkSnippets([{ home, texts: [file] }], path.join(home, 'tsconfig.json'), root)
  }

  it('counts what compiles', () => {
    expect(check('```ts\nconst text: string = "a"\n```\n')).toEqual({ count: 1, faults: [] })
  })

  it('names the line of the text, not of the snippet', () => {
    const { faults } = check('# Title\n\n```ts\nconst fine = 1\nconst text: string = fine\n```\n')
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(/README\.md:5:7: error TS2322/)
  })

  it('keeps the names of one snippet from the next', () => {
    const { faults } = check('```ts\nconst a = 1\n```\n\n```ts\nconsole.log(a)\n```\n')
    expect(faults.join('\n')).toMatch(/README\.md:6:13: error TS\d+: Cannot find name 'a'/)
  })
})
