import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { type Namesake, SameMessages } from '../../src/dispatch/same-messages.js'

const message = (index: string | null): Namesake => ({
  index,
  copyIndex: null,
  note: index ?? '',
  number: -1,
})

const unreleased = (): never => {
  throw new Error('nothing was released')
}

/** Which events of one id are handled, by their indexes in the order of their coming. */
const handled = (...indexes: readonly (string | null)[]): readonly (string | null)[] => {
  const messages = new SameMessages<Namesake>(100, () => false, unreleased)
  return indexes.filter((index) => {
    const newcomer = message(index)
    return messages.enter('M', newcomer) === newcomer
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
      releases: fc.boolean(),
    })
    type Numbered = Namesake & { readonly n: number }
    const numbered = (index: string | null, n: number): Numbered => ({
      ...message(index),
      n,
      note: JSON.stringify([index, n]),
    })
    const revive = (_id: string, note: string): Numbered =>
      numbered(...(JSON.parse(note) as [string | null, number]))
    fc.assert(
      fc.property(fc.array(event, { size: 'max', maxLength: 40 }), (events) => {
        const messages = new SameMessages<Numbered>(100, () => false, revive)
        const model = naive()
        for (const [n, { id, index, releases }] of events.entries()) {
          const entered = messages.enter(id, numbered(index, n))
          expect(entered.n).toBe(model(id, index, n))
          if (releases && entered.copyIndex === null) messages.release(entered)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('BT-12 an open message is known until its end, whatever comes after it', () => {
    const open = new Set<object>()
    const messages = new SameMessages<Namesake>(10, (message) => open.has(message), unreleased)
    const [first, second] = [message('1'), message('2')]
    open.add(second)
    messages.enter('M', first)
    messages.enter('M', second)
    for (let n = 0; n < 100; n += 1) messages.enter(String(n), message(null))
    expect(messages.enter('M', message('2'))).toBe(second)
    expect(messages.enter('M', message('1'))).not.toBe(first)
  })

  it('BT-12 memory stays bounded where all messages have one id: old indexes are forgotten, the id is not', () => {
    const messages = new SameMessages<Namesake>(10, () => false, unreleased)
    const first = message('0')
    messages.enter('M', first)
    for (let n = 1; n < 100; n += 1) {
      const newcomer = message(String(n))
      expect(messages.enter('M', newcomer)).toBe(newcomer)
      expect(messages.enter('M', message(null))).toBe(first)
    }
    const again = message('1')
    expect(messages.enter('M', again)).toBe(again)
    expect(messages.enter('M', message('0'))).toBe(first)
    expect(messages.enter('M', message('99'))).not.toBe(again)
  })
})
