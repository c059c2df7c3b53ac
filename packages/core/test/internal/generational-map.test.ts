import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { GenerationalMap } from '../../src/internal/index.js'

interface Value {
  readonly n: number
  needed: boolean
}

const recentKeys = (size: number): GenerationalMap<Value> =>
  new GenerationalMap<Value>({ size, keeps: ({ needed }) => needed })

describe('GenerationalMap', () => {
  it('is empty at first', () => {
    expect(recentKeys(2).get('a')).toBeUndefined()
  })

  it('evicts old entries that need not stay', () => {
    const keys = recentKeys(1)
    for (const [n, key] of ['a', 'b', 'c'].entries()) keys.add(key, { n, needed: false })
    expect(keys.get('a')).toBeUndefined()
    expect(keys.get('c')?.n).toBe(2)
  })

  it('keeps the newest value, at least `size` of the newest keys, and all entries that must stay', () => {
    const step = fc.record({
      key: fc.nat(40).map(String),
      needed: fc.boolean(),
      letGo: fc.nat(30),
    })
    fc.assert(
      // Generations of few entries, and of more than are looked through.
      fc.property(fc.array(step, { maxLength: 80 }), fc.constantFrom(1, 2, 4, 20), (steps, size) => {
        const keys = recentKeys(size)
        const added: (Value & { readonly key: string })[] = []
        for (const [n, { key, needed, letGo }] of steps.entries()) {
          const value = { key, n, needed }
          keys.add(key, value)
          added.push(value)
          const free = added[letGo]
          if (free) free.needed = false
          for (const [index, one] of added.entries()) {
            const newest = added.findLast((other) => other.key === one.key)
            if (newest !== one) continue
            const mustBeKnown = one.needed || added.length - index <= size
            expect(mustBeKnown ? [one] : [one, undefined]).toContain(keys.get(one.key))
          }
        }
      }),
    )
  })
})
