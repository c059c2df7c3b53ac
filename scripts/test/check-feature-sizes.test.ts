import { describe, expect, it } from 'vitest'

import { FEATURES, LIMIT, sizeWithout } from '../check-feature-sizes.mjs'

describe('the sizes of small features', () => {
  it('are measured with the sources of now, and stay below the limit together', async () => {
    const whole = await sizeWithout([])
    for (const name of Object.keys(FEATURES)) expect(whole - (await sizeWithout([name]))).toBeGreaterThan(100)
    expect(whole - (await sizeWithout(Object.keys(FEATURES)))).toBeLessThan(LIMIT)
  })
})
