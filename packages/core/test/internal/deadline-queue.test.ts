import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { DeadlineQueue, type Deadline } from '../../src/internal/index.js'
import { ManualClock } from '../../src/testing/index.js'

const deadline = (onDeadline: () => void): Deadline => ({ due: 0, index: -1, onDeadline })

describe('DeadlineQueue', () => {
  it('fires each deadline once when it is due, unless it was deleted, with one timer', async () => {
    const plan = fc.record({
      gap: fc.integer({ min: 0, max: 50 }),
      ms: fc.integer({ min: 0, max: 200 }),
      /** Which of the earlier ones is deleted after this one was added; none where there is no such one. */
      deleted: fc.nat(40),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(plan, { maxLength: 20 }), async (plans) => {
        const clock = new ManualClock()
        const plain = new ManualClock()
        const queue = new DeadlineQueue(clock)
        const fired: [number, number][] = []
        const expected: [number, number][] = []
        const added: (readonly [Deadline, () => void])[] = []
        for (const [index, { gap, ms, deleted }] of plans.entries()) {
          await clock.advance(gap)
          await plain.advance(gap)
          const entry = deadline(() => fired.push([clock.now(), index]))
          queue.add(entry, clock.now() + ms)
          added.push([entry, plain.setTimer(ms, () => expected.push([plain.now(), index]))])
          expect(clock.pending).toBe(queue.size > 0 ? 1 : 0)
          const victim = added[deleted]
          if (!victim) continue
          queue.delete(victim[0])
          victim[1]()
        }
        await clock.advance(1000)
        await plain.advance(1000)
        // Among those that are due at one moment no order is promised.
        const inOrder = (list: readonly [number, number][]) =>
          list.toSorted(([at, one], [then, other]) => at - then || one - other)
        expect(fired.map(([at]) => at)).toEqual(expected.map(([at]) => at))
        expect(inOrder(fired)).toEqual(inOrder(expected))
        expect([clock.pending, queue.size]).toEqual([0, 0])
      }),
      { numRuns: 300 },
    )
  })

  it('keeps the order of deadlines through any deletions', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(100), fc.boolean()), { maxLength: 60 }), (entries) => {
        const queue = new DeadlineQueue(new ManualClock())
        const all = entries.map(([due, gone]) => ({ entry: deadline(() => {}), due, gone }))
        for (const { entry, due } of all) queue.add(entry, due)
        const deleted = all.filter(({ gone }) => gone).map(({ entry }) => queue.delete(entry))
        expect(deleted).not.toContain(false)
        const left = all.filter(({ gone }) => !gone).map(({ due }) => due)
        expect(queue.clear().map(({ due }) => due)).toEqual(left.toSorted((a, b) => a - b))
      }),
    )
  })

  it('allows a callback to add a deadline, to delete another due one, and to throw', async () => {
    const clock = new ManualClock()
    const queue = new DeadlineQueue(clock)
    const fired: string[] = []
    const start = clock.now()
    const second = deadline(() => fired.push('second'))
    const first = deadline(() => {
      fired.push('first')
      queue.delete(second)
      queue.add(
        deadline(() => fired.push(`third at ${clock.now() - start}`)),
        clock.now() + 5,
      )
      throw new Error('of a callback')
    })
    queue.add(first, start + 10)
    queue.add(second, start + 10)
    await expect(clock.advance(11)).rejects.toThrow('of a callback')
    await clock.advance(100)
    expect(fired).toEqual(['first', 'third at 15'])
  })

  it('fires a due deadline that a callback has moved to later at its new time', async () => {
    const clock = new ManualClock()
    const queue = new DeadlineQueue(clock)
    const start = clock.now()
    const fired: string[] = []
    const moved = deadline(() => fired.push(`moved at ${clock.now() - start}`))
    const first = deadline(() => {
      fired.push(`first at ${clock.now() - start}`)
      queue.delete(moved)
      queue.add(moved, start + 50)
    })
    queue.add(first, start + 10)
    queue.add(moved, start + 10)
    await clock.advance(100)
    expect(fired).toEqual(['first at 10', 'moved at 50'])
  })

  it('leaves no timer behind when all deadlines are deleted, one by one or at once', () => {
    const clock = new ManualClock()
    const queue = new DeadlineQueue(clock)
    const all = [1, 2, 3].map((due) => {
      const entry = deadline(() => {})
      queue.add(entry, due)
      return entry
    })
    expect(queue.delete(all[1]!)).toBe(true)
    expect(queue.delete(all[1]!)).toBe(false)
    expect(queue.clear()).toEqual([all[0], all[2]])
    expect(clock.pending).toBe(0)
    queue.add(all[0]!, 5)
    queue.delete(all[0]!)
    expect(clock.pending).toBe(0)
  })
})
