/** What the READMEs say. That their code compiles is checked by a script for all packages. */
import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { Bot } from '../src/index.js'

const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
describe.each(['README.md', 'README.zh-CN.md'])('%s', (name) => {
  it('names members that a bot has', () => {
    const named = new Set(
      Array.from(read(name).matchAll(/(?<!\/)\bbot\.([a-z]\w*)\b/g), ([, member = '']) => member),
    )
    expect([...named].filter((member) => !(member in Bot.prototype))).toEqual([])
    expect(named.size).toBeGreaterThan(5)
  })
})
