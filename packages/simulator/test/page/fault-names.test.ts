import { readdirSync, readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { incidents } from '../../src/index.js'
import { faultOffers } from '../../src/page/controls/fault-offers.js'

/** The words of the page are in a file for browsers, which is read as text here. */
const WORDS = readFileSync(new URL('../../page/i18n/fault-names.ts', import.meta.url), 'utf8')

/** The name of a fault in one language. */
const nameOf = (kind: string, language: 'en' | 'zh'): string | undefined => {
  const row = WORDS.split(new RegExp(`^  '?${kind}'?: \\{`, 'm'))[1]?.split('\n  },')[0] ?? ''
  return new RegExp(`\\b${language}: \\[\\s*'([^']+)'`).exec(row)?.[1]
}

it('SM-06 whatever people cannot do is said in both languages', () => {
  const sources = ['core', 'handles'].flatMap((room) => {
    const folder = new URL(`../../src/${room}/`, import.meta.url)
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => ({ file, text: readFileSync(new URL(file, folder), 'utf8') }))
  })
  expect(sources.filter(({ text }) => text.includes('new ImpossibleError(')).length).toBeGreaterThan(5)
  // A plain RangeError has no words in Chinese.
  expect(sources.filter(({ text }) => /new RangeError\(/.test(text)).map(({ file }) => file)).toEqual([])
})

it('SM-26 every incident has its story in Chinese on the page', () => {
  const stories = readFileSync(new URL('../../page/i18n/incident-stories.ts', import.meta.url), 'utf8')
  const told = [...stories.matchAll(/^ {2}'([a-z0-9-]+)':\s+'(.*)',$/gm)].filter(([, , story = '']) =>
    /[\u4E00-\u9FFF]/.test(story),
  )
  expect(new Set(told.map(([, name]) => name))).toEqual(new Set(Object.keys(incidents)))
})

describe('the faults on the page', () => {
  it('SM-02 have a distinct name in both languages', () => {
    const kinds = faultOffers.map(({ kind }) => kind)
    expect(new Set(kinds).size).toBe(kinds.length)
    for (const language of ['en', 'zh'] as const) {
      const names = kinds.map((kind) => nameOf(kind, language))
      expect(kinds.filter((_, index) => names[index] === undefined)).toEqual([])
      expect(new Set(names).size).toBe(kinds.length)
    }
  })
})
