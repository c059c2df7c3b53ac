import { ManualClock } from '@qqkit/core/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'

import { Alarms } from '../src/pipeline/alarms.js'

it('each alarm rings once, when it is due, unless it was taken off; one timer serves all', async () => {
  const plan = fc.record({
    gap: fc.integer({ min: 0, max: 50 }),
    ms: fc.integer({ min: 0, max: 200 }),
    takenOff: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(plan, { maxLength: 20 }), async (plans) => {
      const clock = new ManualClock()
      const plain = new ManualClock()
      const alarms = new Alarms(clock)
      const rung: [number, number][] = []
      const expected: [number, number][] = []
      for (const [index, { gap, ms, takenOff }] of plans.entries()) {
        await clock.advance(gap)
        await plain.advance(gap)
        const alarm = alarms.set(ms, () => rung.push([clock.now(), index]))
        const cancel = plain.setTimer(ms, () => expected.push([plain.now(), index]))
        expect(clock.pending).toBeLessThanOrEqual(1)
        if (!takenOff || ms === 0) continue
        alarms.off(alarm)
        cancel()
      }
      await clock.advance(1000)
      await plain.advance(1000)
      // Among those that are due at one moment no order is promised.
      const inOrder = (list: readonly [number, number][]) =>
        list.toSorted(([at, one], [then, other]) => at - then || one - other)
      expect(rung.map(([at]) => at)).toEqual(expected.map(([at]) => at))
      expect(inOrder(rung)).toEqual(inOrder(expected))
      expect(clock.pending).toBe(0)
    }),
    { numRuns: 100 },
  )
})

it('an alarm may set another one while it rings', async () => {
  const clock = new ManualClock()
  const alarms = new Alarms(clock)
  const rung: number[] = []
  alarms.set(10, () => alarms.set(5, () => rung.push(clock.now())))
  await clock.advance(100)
  expect(rung).toEqual([15])
  expect(clock.pending).toBe(0)
})
