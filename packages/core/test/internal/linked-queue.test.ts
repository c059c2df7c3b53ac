import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { type Linked, LinkedQueue } from '../../src/internal/index.js'

class Entry implements Linked<Entry> {
  prev: Entry | null = null
  next: Entry | null = null
}

type Step = 'push' | 'shift' | number

/** Applies a step to the queue and its model. @returns the entries that each of them removed */
const apply = (step: Step, queue: LinkedQueue<Entry>, model: Entry[]): (Entry | null)[] => {
  if (step === 'push') {
    const entry = new Entry()
    queue.push(entry)
    model.push(entry)
    return []
  }
  if (step === 'shift') return [queue.shift(), model.shift() ?? null]
  const [removed] = model.splice(step, 1)
  if (removed) queue.remove(removed)
  return removed ? [removed] : []
}

const inOrder = (queue: LinkedQueue<Entry>): Entry[] => {
  const entries: Entry[] = []
  for (let entry = queue.first; entry; entry = entry.next) entries.push(entry)
  return entries
}

describe('LinkedQueue', () => {
  it('removes any entry, and a removed entry references no other', () => {
    const step = fc.oneof(fc.constantFrom<Step>('push', 'shift'), fc.nat(9))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        const queue = new LinkedQueue<Entry>()
        const model: Entry[] = []
        for (const step of steps) {
          const removed = apply(step, queue, model)
          expect(new Set(removed).size).toBeLessThanOrEqual(1)
          expect(removed.every((entry) => !entry?.prev && !entry?.next)).toBe(true)
          expect(queue.length).toBe(model.length)
          expect(inOrder(queue)).toEqual(model)
        }
      }),
    )
  })
})
