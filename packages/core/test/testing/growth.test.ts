import { describe, expect, it } from 'vitest'

import { growthOf } from '../../src/testing/index.js'

/** Counts the pairs of equal neighbours of a text, `rounds` times. */
const pairsOf = (text: string, rounds: number): number => {
  let pairs = 0
  for (let round = 0; round < rounds; round += 1)
    for (let at = 1; at < text.length; at += 1) if (text[at] === text[at - 1]) pairs += 1
  return pairs
}

describe('growthOf', () => {
  it('finds time that grows by the square of the length', () => {
    const { tooFastAt } = growthOf(
      // A part of the length grows by the square as well, and keeps the longest run short.
      (text) => pairsOf(text, Math.ceil(text.length / 16)),
      (length) => 'a'.repeat(length),
    )
    expect(tooFastAt).toBeGreaterThan(16)
  })

  it('finds nothing in time that grows with the length', () => {
    expect(
      growthOf(
        (text) => pairsOf(text, 100),
        (length) => 'a'.repeat(length),
      ),
    ).toEqual({ tooFastAt: null })
  })
})
