import * as fc from 'fast-check'
import { expect, it } from 'vitest'

import { RecentKeys } from '../../src/delivery/recent-keys.js'
import type { TrackedEvent } from '../../src/delivery/tracked-event.js'

const NAMES = ['C2C_MESSAGE_CREATE', 'GROUP_AT_MESSAGE_CREATE']
/** Ids of numbers. In the families after the first, different ids have the same hash, or the same last byte of each character. */
const FAMILIES: readonly ((name: string, number: number) => string)[] = [
  (name, number) => `${name}:${number}`,
  // The number stands before the characters that are hashed at first, …
  (name, number) => `${name}:${number}:always-the-same`,
  // … before those that are hashed at all, …
  (name, number) => `${name}:${number}${'x'.repeat(100)}`,
  // … in the length alone, …
  (name, number) => `${name}:${'\0'.repeat(number)}`,
  // … in the upper half of a character, …
  (name, number) => `${name}:${String.fromCharCode(0x41 + 0x100 * number)}`,
  // … in how much of the name comes before it, …
  (name, number) => `${name.slice(number)}:1`,
  (name, number) => `${'x'.repeat(number)}${name.slice(number)}${'x'.repeat(96)}`,
  // … in characters that happen to have one hash, …
  (name, number) =>
    `${name}${(name === NAMES[0] ? [':jyzov29', ':86asv29'] : [':5uzov29', ':g2asv29'])[number % 2]}`,
  (name, number) => `${name}${'\\0'.repeat(number)}`,
  // … or in nothing.
  () => 'the same',
]

const keyOf = (event: TrackedEvent): string => JSON.stringify([event.frame.t, event.frame.id])

const eventOf = (t: string, id: string | null): TrackedEvent =>
  ({ frame: { op: 0, t, id, d: {} }, place: -1 }) as unknown as TrackedEvent

/** The slow twin: every key ever, as a string. */
class AllKeys {
  readonly #keys = new Map<string, { readonly event: TrackedEvent; readonly since: number; open: boolean }>()
  #count = 0

  find(event: TrackedEvent): TrackedEvent | null | undefined {
    const known = this.#keys.get(keyOf(event))
    if (known?.open) return known.event
    return known && this.#count - known.since < 1000 ? null : undefined
  }

  isForgettable(event: TrackedEvent): boolean {
    return this.#keys.has(keyOf(event)) && this.find(event) === undefined
  }

  add(event: TrackedEvent): void {
    this.#keys.set(keyOf(event), { event, since: this.#count, open: true })
    this.#count += 1
  }

  end(event: TrackedEvent): void {
    const known = this.#keys.get(keyOf(event))
    if (known) known.open = false
  }
}

it('GW-16 property: recognises the copies that a map of all keys would, while unfinished and for a thousand more', () => {
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        name: fc.constantFrom(...NAMES),
        family: fc.constantFrom(...FAMILIES),
        number: fc.integer({ min: 0, max: 30 }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ finish: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ others: fc.integer({ min: 1, max: 1500 }) }) },
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const open: TrackedEvent[] = []
      const keys = new RecentKeys()
      const all = new AllKeys()
      const wrong: TrackedEvent[] = []
      let others = 0
      const come = (t: string, id: string): void => {
        const event = eventOf(t, id)
        const found = keys.find(event.frame)
        // What is finished and far away may be forgotten, or not.
        if (!all.isForgettable(event) && found !== all.find(event)) wrong.push(event)
        if (found !== undefined) return
        keys.add(event)
        all.add(event)
        open.push(event)
      }
      const end = (event: TrackedEvent): void => {
        keys.end(event)
        all.end(event)
      }
      for (const how of steps) {
        if ('family' in how) come(how.name, how.family(how.name, how.number))
        else if ('finish' in how) {
          const [event] = open.splice(how.finish % (open.length || 1), 1)
          if (event) end(event)
        } else {
          for (let count = 0; count < how.others; count += 1) {
            others += 1
            come('OTHER', `other-${others}`)
            const event = count % 3 > 0 ? open.pop() : undefined
            if (event) end(event)
          }
        }
      }
      expect(wrong).toEqual([])
    }),
    { numRuns: 100 },
  )
})

it('BT-19 an event without a text as its id is no copy of another', () => {
  const keys = new RecentKeys()
  for (const id of [null, '', 7 as never]) {
    const event = eventOf('EVENT', id)
    keys.add(event)
    expect(keys.find(event.frame)).toBeUndefined()
    keys.end(event)
  }
})
