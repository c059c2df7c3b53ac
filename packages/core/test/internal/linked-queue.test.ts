import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { type Linked, LinkedQueue } from '../../src/internal/index.js'

class Guest implements Linked<Guest> {
  prev: Guest | null = null
  next: Guest | null = null
}

type Step = 'push' | 'shift' | number

/** Takes a step with the line and its model; whoever left, by both. */
const take = (step: Step, line: LinkedQueue<Guest>, model: Guest[]): (Guest | null)[] => {
  if (step === 'push') {
    const guest = new Guest()
    line.push(guest)
    model.push(guest)
    return []
  }
  if (step === 'shift') return [line.shift(), model.shift() ?? null]
  const [leaver] = model.splice(step, 1)
  if (leaver) line.remove(leaver)
  return leaver ? [leaver] : []
}

const inOrder = (line: LinkedQueue<Guest>): Guest[] => {
  const guests: Guest[] = []
  for (let guest = line.first; guest; guest = guest.next) guests.push(guest)
  return guests
}

describe('LinkedQueue', () => {
  it('removes any entry, and a removed entry references no other', () => {
    const step = fc.oneof(fc.constantFrom<Step>('push', 'shift'), fc.nat(9))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        const line = new LinkedQueue<Guest>()
        const model: Guest[] = []
        for (const step of steps) {
          const gone = take(step, line, model)
          expect(new Set(gone).size).toBeLessThanOrEqual(1)
          expect(gone.every((guest) => !guest?.prev && !guest?.next)).toBe(true)
          expect(line.length).toBe(model.length)
          expect(inOrder(line)).toEqual(model)
        }
      }),
    )
  })
})
