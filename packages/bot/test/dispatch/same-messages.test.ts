import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { SameMessages } from '../../src/dispatch/same-messages.js'

/** Which events of one id are handled, by their indexes in the order of their coming. */
const handled = (...indexes: readonly (string | null)[]): readonly (string | null)[] => {
  const messages = new SameMessages<{ readonly index: string | null }>(100, () => false)
  return indexes.filter((index) => {
    const newcomer = { index }
    return messages.enter({ id: 'group:M', index }, newcomer) === newcomer
  })
}

describe('SameMessages', () => {
  it('BT-12 tells several messages of one id apart by their index, in every order', () => {
    expect(handled('1', null, '2')).toEqual(['1', '2'])
    expect(handled(null, '1', '2')).toEqual([null, '2'])
    expect(handled('1', '2', null)).toEqual(['1', '2'])
    expect(handled(null, null, '1', '1', null)).toEqual([null])
  })

  it('BT-12 property: agrees with the definition, word for word', () => {
    /** §4.1 written down naively: all events that ever came, looked through anew for each. */
    const naive = () => {
      const seen: { readonly id: string; readonly index: string | null; readonly message: number }[] = []
      return (id: string, index: string | null, newcomer: number): number => {
        const ofId = seen.filter((one) => one.id === id)
        const sameIndex = ofId.find((one) => one.index === index)
        const onlyWithout = ofId.every((one) => one.index === null)
        let copyOf: number | undefined
        if (index === null) copyOf = ofId[0]?.message
        else if (sameIndex) copyOf = sameIndex.message
        else if (onlyWithout) copyOf = ofId[0]?.message
        seen.push({ id, index, message: copyOf ?? newcomer })
        return copyOf ?? newcomer
      }
    }
    const event = fc.record({
      id: fc.constantFrom('a', 'b', 'a:1'),
      index: fc.constantFrom(null, '1', '2', '1:2', ''),
    })
    fc.assert(
      fc.property(fc.array(event, { size: 'max', maxLength: 40 }), (events) => {
        const messages = new SameMessages<{ readonly n: number }>(100, () => false)
        const model = naive()
        for (const [n, { id, index }] of events.entries())
          expect(messages.enter({ id, index }, { n }).n).toBe(model(id, index, n))
      }),
      { numRuns: 1000 },
    )
  })

  it('BT-12 knows an open message for as long as it is, whatever comes after it', () => {
    const open = new Set<object>()
    const messages = new SameMessages<object>(10, (message) => open.has(message))
    const [first, second] = [{}, {}]
    open.add(second)
    messages.enter({ id: 'M', index: '1' }, first)
    messages.enter({ id: 'M', index: '2' }, second)
    for (let n = 0; n < 100; n += 1) messages.enter({ id: String(n), index: null }, {})
    expect(messages.enter({ id: 'M', index: '2' }, {})).toBe(second)
    expect(messages.enter({ id: 'M', index: '1' }, {})).not.toBe(first)
  })

  it('BT-12 stays bounded where one id stands on everything: old indexes are forgotten, the id is not', () => {
    const messages = new SameMessages<object>(10, () => false)
    const first = {}
    messages.enter({ id: 'M', index: '0' }, first)
    for (let n = 1; n < 100; n += 1) {
      const newcomer = {}
      expect(messages.enter({ id: 'M', index: String(n) }, newcomer)).toBe(newcomer)
      expect(messages.enter({ id: 'M', index: null }, {})).toBe(first)
    }
    const again = {}
    expect(messages.enter({ id: 'M', index: '1' }, again)).toBe(again)
    expect(messages.enter({ id: 'M', index: '0' }, {})).toBe(first)
    expect(messages.enter({ id: 'M', index: '99' }, {})).not.toBe(again)
  })
})
