import { expect, it } from 'vitest'

import { DeliveryTracker } from '../../src/delivery/delivery-tracker.js'

const LIMITS = { deliveryDeadline: Infinity, maxUnsettled: 1000, whenFull: undefined }
const COUNT = 10_000

const restored = (): DeliveryTracker => {
  const tracker = new DeliveryTracker(LIMITS)
  tracker.restore({
    checkpoint: { sessionId: 's', committed: 10, doneAbove: [], inFlight: [] },
    since: 0,
    writesAhead: false,
  })
  tracker.resuming(10, 0)
  return tracker
}

const reconnected = (): DeliveryTracker => {
  const tracker = new DeliveryTracker(LIMITS)
  tracker.begin('s')
  for (let seq = 1; seq <= 10; seq += 1) tracker.pass(seq)
  tracker.resuming(10, 0)
  return tracker
}

/** Seqs 11 and up in an order of its own. */
const orders: readonly (readonly [name: string, order: (seqs: readonly number[]) => readonly number[]])[] = [
  ['reversed', (seqs) => seqs.toReversed()],
  [
    'every second one first',
    (seqs) => [...seqs.filter((seq) => seq % 2 === 1), ...seqs.filter((seq) => seq % 2 === 0)],
  ],
  [
    'shuffled',
    // Numbers that step through all of them: 7919 shares no factor with 10 000.
    (seqs) => seqs.map((_, at) => seqs[(at * 7919) % seqs.length] as number),
  ],
]

it.each([
  ['after a restart', restored],
  ['after a reconnect', reconnected],
])('GW-16 a replay of any length brings every event once, in any order, %s', (_, start) => {
  for (const [name, order] of orders) {
    const tracker = start()
    const got: (number | null)[] = []
    const seqs = Array.from({ length: COUNT }, (__, at) => 11 + at)
    for (const s of order(seqs)) {
      tracker.receive({ op: 0, s, t: 'EVENT', d: {} }, 0)
      for (let out = tracker.next(0); out; out = tracker.next(0)) {
        if (out.type !== 'hand_out') continue
        got.push(out.event.seq)
        tracker.settle(out.event)
      }
    }
    expect(
      got.toSorted((one, other) => (one ?? 0) - (other ?? 0)),
      name,
    ).toEqual(seqs)
    tracker.resumed()
    expect(tracker.checkpoint()).toMatchObject({ committed: COUNT + 10, doneAbove: [], inFlight: [] })
  }
})

it('GW-25 a checkpoint in the middle of a replay out of order names no event that has not come', () => {
  const tracker = restored()
  for (let s = 11; s <= COUNT; s += 2) tracker.receive({ op: 0, s, t: 'EVENT', d: {} }, 0)
  for (let out = tracker.next(0); out; out = tracker.next(0))
    if (out.type === 'hand_out') tracker.settle(out.event)
  const { committed, doneAbove = [] } = tracker.checkpoint() ?? {}
  expect(committed).toBe(11)
  expect(doneAbove.every(([from, to]) => from === to && from % 2 === 1)).toBe(true)
})

it('GW-25 once the session is resumed, seqs with holes do not grow it without bound', () => {
  const tracker = restored()
  for (let s = 11; s <= COUNT; s += 2) tracker.pass(s)
  tracker.pass(COUNT + 1)
  tracker.resumed()
  tracker.pass(COUNT + 2)
  tracker.resuming(COUNT + 2, 0)
  expect(tracker.checkpoint()?.committed).toBe(COUNT + 2)
})
