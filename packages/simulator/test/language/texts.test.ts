import { describe, expect, it } from 'vitest'

import { allTexts, toChinese } from '../../src/language/to-chinese.js'

const HAN = /\p{Script=Han}/u

describe('MT-07 every row of the simulator', () => {
  it.each(allTexts)('%s', (en, zh) => {
    expect(zh).toMatch(HAN)
    expect(zh.split('{}')).toHaveLength(en.split('{}').length)
    expect(zh).not.toMatch(/[a-z]{2,} [a-z]{2,} [a-z]{2,}/)
    expect(toChinese(en.split('{}').join('7'))).toMatch(HAN)
  })

  it('is there once', () => {
    expect(allTexts.map(([en]) => en).filter((en, index, all) => all.indexOf(en) !== index)).toEqual([])
  })
})
