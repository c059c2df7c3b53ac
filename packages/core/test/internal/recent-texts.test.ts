import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { type Named, RecentTexts } from '../../src/internal/index.js'

interface Value extends Named {
  readonly text: string
  needed: boolean
}

const value = (text: string, note = `note of ${text}`): Value => ({ text, note, number: -1, needed: false })

const textsOf = (size: number): RecentTexts<Value> =>
  new RecentTexts<Value>({ size, keeps: ({ needed }) => needed, revive: value })

describe('RecentTexts', () => {
  it('gives back what a text came with, and after its release its note', () => {
    const texts = textsOf(10)
    const first = value('a', '今天 🙂')
    expect(texts.getOrAdd('a', first)).toBe(first)
    expect(texts.getOrAdd('a', value('a'))).toBe(first)
    texts.release(first)
    const again = texts.getOrAdd('a', value('a'))
    expect(again).toMatchObject({ text: 'a', note: '今天 🙂' })
    expect(again).not.toBe(first)
    expect(texts.getOrAdd('a', value('a'))).toBe(again)
  })

  it('tells texts apart that differ in the last character, in length, or in nothing but their note', () => {
    const texts = textsOf(10)
    const all = ['', 'a', 'aa', 'ab', 'aab', 'a\u0000'].map((text) => value(text))
    for (const one of all) expect(texts.getOrAdd(one.text, one)).toBe(one)
    for (const one of all) expect(texts.getOrAdd(one.text, value('else'))).toBe(one)
  })

  it('forgets old texts in the end, and never one whose value must stay', () => {
    const texts = textsOf(10)
    const [open, done] = [value('open'), value('done')]
    open.needed = true
    texts.getOrAdd('open', open)
    texts.getOrAdd('done', done)
    for (let n = 0; n < 1000; n += 1) texts.getOrAdd(`${n}`, value(`${n}`))
    expect(texts.getOrAdd('open', value('open'))).toBe(open)
    expect(texts.getOrAdd('done', value('done'))).not.toBe(done)
    expect(done.number).toBe(-1)
  })

  it('property: knows at least `size` of the newest texts, all that must stay, and nothing that never came', () => {
    const step = fc.record({
      // Many texts share few hashes' low bits; some are long.
      text: fc.oneof(fc.constantFrom('a', 'b', 'c', 'd', 'e', '长'.repeat(50)), fc.string({ maxLength: 3 })),
      act: fc.constantFrom('need', 'release', 'renew', 'nothing'),
      letGo: fc.nat(30),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (steps, size) => {
        const texts = textsOf(size)
        /** In the order of their coming, the newest last. */
        let model: Value[] = []
        const notes: boolean[] = []
        for (const { text, act, letGo } of steps) {
          const known = model.findLast((one) => one.text === text)
          const newcomer = value(text)
          const got = texts.getOrAdd(text, newcomer)
          const mustBeKnown = known && (known.needed || model.length - model.indexOf(known) <= size)
          expect(mustBeKnown ? [known] : [known, newcomer]).toContain(got)
          if (got === newcomer) model = [...model.filter((one) => one.text !== text), newcomer]
          if (act === 'need') got.needed = true
          if (act === 'renew') {
            texts.renew(text, got)
            model = [...model.filter((one) => one !== got), got]
          }
          if (act === 'release' && !got.needed) {
            texts.release(got)
            const revived = texts.getOrAdd(text, value(text, 'not this'))
            notes.push(revived.note === newcomer.note)
            model = model.map((one) => (one === got ? revived : one))
          }
          const free = model[letGo]
          if (free) free.needed = false
        }
        expect(notes).not.toContain(false)
      }),
      { numRuns: 3000 },
    )
  })
})
