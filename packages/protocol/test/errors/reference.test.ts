import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import {
  errorAreaAdvice,
  errorClasses,
  errorCodes,
  lookUpError,
  type ErrorArea,
  type ErrorClass,
} from '../../src/index.js'

const REFERENCE = new URL('../../../../docs/protocol/02-rest-conventions.md', import.meta.url)

/** The cells of the tables of §2.7, as they stand in the reference. */
const rows = readFileSync(REFERENCE, 'utf8')
  .split(/^## /m)
  .find((section) => section.startsWith('2.7 '))
  ?.split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| -'))
  .map((line) => line.split(' | ').map((cell) => cell.replaceAll(/^\| | \|$/g, '').trim()))

const AREAS = [null, ...(Object.keys(errorAreaAdvice) as ErrorArea[])]

/** The codes of a cell, ranges written out. Sections and statuses are shorter numbers. */
const codesOf = (cell: string): readonly number[] =>
  [...cell.replaceAll(/\[§[^\]]*\]\([^)]*\)/g, '').matchAll(/(\d{5,})(?:–(\d{5,}))?/g)].flatMap(
    ([, from = '', to = from]) =>
      Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => Number(from) + index),
  )

/** The letters of the reference. */
const LETTERS: Readonly<Record<string, ErrorClass>> = {
  R: 'transient',
  R1: 'transientOnce',
  L: 'limited',
  T: 'auth',
  X: 'anchor',
  D: 'duplicate',
  A: 'audit',
  S: 'unreachable',
  C: 'content',
}

const classes = new Map<ErrorClass, readonly number[]>(
  rows?.flatMap(([letter = '', codes = '']) => {
    const name = LETTERS[letter]
    return name === undefined ? [] : [[name, codesOf(codes)] as const]
  }),
)

/** Of the token endpoint (§1.2), and what §2.7 names beside its table. */
const ELSEWHERE: ReadonlySet<number> = new Set([22007, 100002, 100007, 100016])

describe('the classes of §2.7', () => {
  it('are complete', () => {
    expect([...classes.keys(), 'none'].toSorted()).toEqual(Object.keys(errorClasses).toSorted())
    expect([...classes.values()].flat().length).toBeGreaterThan(120)
  })

  it.each([...classes])('RS-22 class %s has the rows of the reference, and no others', (name, codes) => {
    const wrong = codes.filter(
      (code) => errorCodes[code]?.class !== name && errorCodes[code]?.onReply?.class !== name,
    )
    expect(wrong).toEqual([])
    const more = Object.values(errorCodes).filter((row) => row.class === name && !codes.includes(row.code))
    expect(more.map(({ code }) => code).filter((code) => !ELSEWHERE.has(code))).toEqual([])
  })

  it('RS-35 22009 is a limit, but for a reply a dead anchor', () => {
    expect(classes.get('limited')).toContain(22009)
    expect(classes.get('anchor')).toContain(22009)
    expect(errorCodes[22009]).toMatchObject({
      class: 'limited',
      onReply: { class: 'anchor', anchorDead: true },
    })
  })
})

describe('the texts of §2.7', () => {
  const texts = (rows ?? []).flatMap(([codes = '', cell = '']) => {
    const told = [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text)
    if (told.length === 0 || !/^(?:\d{5,}|—)/.test(codes)) return []
    // "(`err_code` …)" names the number of the deeper layer, and "code … by meaning" the one of the row.
    const [numbers = [], meant = []] = [codes.replace(/\(.*/, ''), cell.replaceAll(/`[^`]*`/g, '')].map(
      codesOf,
    )
    return told.map((text, index) => [text, numbers[index] ?? numbers[0] ?? meant[0] ?? null] as const)
  })

  it('are complete', () => {
    expect(texts.length).toBeGreaterThan(25)
  })

  it.each(texts)('RS-24 %s is known without a number, as %j', (message, code) => {
    const found = AREAS.map((area) => lookUpError({ message }, { area })).filter(
      (facts) => facts !== undefined,
    )
    expect(found.length).toBeGreaterThan(0)
    for (const facts of found) expect(facts.code).toBe(code)
  })
})
