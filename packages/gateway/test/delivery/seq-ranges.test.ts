import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import { SeqRanges } from '../../src/delivery/seq-ranges.js'

const filled = (...seqs: readonly number[]): SeqRanges => {
  const ranges = new SeqRanges()
  for (const seq of seqs) ranges.add(seq)
  return ranges
}

it('joins neighbours, wherever they are added', () => {
  expect(filled(1, 2, 3).toArray()).toEqual([[1, 3]])
  expect(filled(5, 1, 3).toArray()).toEqual([
    [1, 1],
    [3, 3],
    [5, 5],
  ])
  expect(filled(5, 1, 3, 2).toArray()).toEqual([
    [1, 3],
    [5, 5],
  ])
  expect(filled(5, 1, 3, 2, 4, 4).toArray()).toEqual([[1, 5]])
})

it('GW-25 can be bounded when seqs have holes, at the price of the oldest holes', () => {
  const ranges = new SeqRanges()
  for (let seq = 0; seq < 10_000; seq += 2) ranges.add(seq)
  expect(ranges.size).toBe(5000)
  expect(ranges.has(1)).toBe(false)
  ranges.bound(Infinity)
  expect(ranges.size).toBe(1000)
  expect([ranges.has(1), ranges.has(9997), ranges.has(9998)]).toEqual([true, false, true])
  expect(ranges.endOf(0)).toBe(8000)
})

it('property: is a set of numbers', () => {
  const operation = fc.tuple(fc.constantFrom('add', 'add', 'remove'), fc.integer({ min: 0, max: 40 }))
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 40, size: 'max' }), (operations) => {
      const ranges = new SeqRanges()
      const model = new Set<number>()
      for (const [kind, seq] of operations) {
        if (kind === 'add') {
          ranges.add(seq)
          model.add(seq)
        } else {
          ranges.remove(seq)
          model.delete(seq)
        }
        const members = Array.from({ length: 42 }, (_, one) => one).filter((one) => ranges.has(one))
        expect(members).toEqual([...model].sort((a, b) => a - b))
        const [first = 0] = members
        for (const through of [0, 20, 40])
          for (const after of [0, first, 10]) {
            const start = members.find((one) => one >= after) ?? 41
            const missing = Array.from({ length: 41 }, (_, one) => one).filter(
              (one) =>
                one > start && one <= through && !model.has(one) && members.some((other) => other > one),
            )
            expect(ranges.missing(after, through)).toBe(missing.length)
          }
        const again = new SeqRanges()
        for (const range of ranges.toArray()) again.addRange(range)
        expect(again.toArray()).toEqual(ranges.toArray())
      }
    }),
    { numRuns: 200 },
  )
})
