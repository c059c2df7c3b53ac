import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { cutText, wholeEnd } from '../../src/internal/index.js'

const LONE = /\p{Surrogate}/u
/** Whole characters of one and two units, and halves. */
const text = fc
  .array(fc.constantFrom('a', '中', '😀', '\uD83D', '\uDE00', '👨‍👩‍👧'), { maxLength: 40 })
  .map((parts) => parts.join(''))

describe('RS-37 a cut text', () => {
  it('has no lone surrogate, wherever it is cut', () => {
    fc.assert(
      fc.property(text, fc.nat(50), (whole, most) => {
        const cut = cutText(whole, most)
        expect(cut).not.toMatch(LONE)
        expect(cut.length).toBeLessThanOrEqual(most)
        expect(cut.length).toBeGreaterThanOrEqual(Math.min(most, whole.length) - 1)
      }),
    )
  })

  it('equals a short and well-formed text', () => {
    expect(cutText('a😀', 3)).toBe('a😀')
    expect(cutText('a😀', 300)).toBe('a😀')
    expect(cutText('a😀', 2)).toBe('a')
    expect(cutText('😀', 1)).toBe('')
    expect(cutText('', 5)).toBe('')
  })

  it('replaces a lone surrogate of the input', () => {
    expect(cutText('a\uD83Db\uDE00', 10)).toBe('a\uFFFDb\uFFFD')
  })
})

it('RS-37 moves an end out of a character', () => {
  expect(wholeEnd('a😀b', 2)).toBe(1)
  expect(wholeEnd('a😀b', 3)).toBe(3)
  expect(wholeEnd('a\uD83D', 2)).toBe(1)
  expect(wholeEnd('', 0)).toBe(0)
})
