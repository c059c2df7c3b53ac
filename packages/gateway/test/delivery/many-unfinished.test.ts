import { growthOf } from '@qqkit/core/testing'
import { expect, it } from 'vitest'

import { DeliveryTracker } from '../../src/delivery/delivery-tracker.js'
import type { TrackedEvent } from '../../src/delivery/tracked-event.js'

/** Brings as many events as a text has characters before any of them is settled. */
const load = ({ length }: string): void => {
  const tracker = new DeliveryTracker({
    deliveryDeadline: Infinity,
    maxUnsettled: length,
    whenFull: undefined,
  })
  tracker.begin('s')
  const open: TrackedEvent[] = []
  for (let s = 1; s <= length; s += 1) {
    tracker.receive({ op: 0, s, t: 'EVENT', d: {}, id: `EVENT:${s}` }, 0)
    for (let out = tracker.next(0); out; out = tracker.next(0))
      if (out.type === 'hand_out') open.push(out.event)
  }
  for (const event of open) tracker.settle(event)
}

it('GW-16 an event costs the same, however many others are unfinished', () => {
  expect(growthOf(load, (length) => '.'.repeat(length)).tooFastAt).toBeNull()
})
