import fc from 'fast-check'
import { expect, it } from 'vitest'

import { BoundedMap } from '../../src/internal/index.js'

const keys = fc.constantFrom('a', 'bb', 'ccc', 'dddd', 'eeeee')
const step = fc.oneof(
  fc.record({
    kind: fc.constantFrom('get' as const, 'peek' as const, 'set' as const, 'delete' as const),
    key: keys,
  }),
  fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(60) }),
)

it('keeps the most recently used entries within its limits of weight and age', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      fc.constantFrom(Infinity, 100),
      (steps, limit, weighs, maxAge) => {
        let now = 0
        const weightOf = (key: string): number => (weighs ? key.length : 1)
        const map = new BoundedMap<number>({ limit, maxAge, now: () => now, ...(weighs && { weightOf }) })
        /** The least recently used first. */
        let model: { key: string; value: number; at: number }[] = []
        const fresh = (key: string) => model.find((one) => one.key === key && now - one.at < maxAge)
        const [seen, expected]: [unknown[], unknown[]] = [[], []]
        for (const [value, todo] of steps.entries()) {
          if (todo.kind === 'pass') {
            now += todo.ms
            continue
          }
          const { kind, key } = todo
          const known = fresh(key)
          if (kind === 'get' || kind === 'peek') {
            seen.push(map[kind](key))
            expected.push(known?.value)
            if (!known) model = model.filter((one) => one.key !== key)
            else if (kind === 'get') model = [...model.filter((one) => one !== known), known]
            continue
          }
          const had = model.some((one) => one.key === key)
          model = model.filter((one) => one.key !== key)
          if (kind === 'delete') {
            seen.push(map.delete(key))
            expected.push(had)
            continue
          }
          map.set(key, value)
          model.push({ key, value, at: now })
          const weight = () => model.reduce((sum, one) => sum + weightOf(one.key), 0)
          while (model[0] && (weight() > limit || now - model[0].at >= maxAge)) model.shift()
        }
        expect(seen).toEqual(expected)
        expect(map.size).toBe(model.length)
        for (const { key } of model) expect(map.peek(key)).toBe(fresh(key)?.value)
      },
    ),
    { numRuns: 1000 },
  )
})
