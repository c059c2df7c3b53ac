import { describe, expect, it } from 'vitest'

import { seededRandom } from '../../src/testing/index.js'

const draws = (seed: number, count: number): readonly number[] => {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => random())
}

describe('seededRandom', () => {
  it('repeats with the same seed only', () => {
    expect(draws(7, 100)).toEqual(draws(7, 100))
    expect(draws(7, 100)).not.toEqual(draws(8, 100))
  })

  it('returns the same numbers in every version, so that a seed from an old log reproduces its run', () => {
    expect(draws(1, 3).map((number) => Math.floor(number * 1_000_000))).toEqual([627_073, 2735, 527_447])
  })

  it('covers the whole range from 0 up to 1', () => {
    const tenths = new Set(draws(1, 1000).map((number) => Math.floor(number * 10)))
    expect([...tenths].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })
})
