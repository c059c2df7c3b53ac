import type { WireFrame } from '@qqkit/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import {
  DeliveryTracker,
  MOST_CRASHES,
  type Output,
  type TrackerOptions,
} from '../../src/delivery/delivery-tracker.js'
import type { SessionCheckpoint } from '../../src/delivery/session-checkpoint.js'
import type { TrackedEvent } from '../../src/delivery/tracked-event.js'

const MINUTE = 60_000

const frameOf = (s: number | null, over: Partial<WireFrame> = {}): WireFrame => ({
  op: 0,
  s,
  t: 'C2C_MESSAGE_CREATE',
  d: {},
  ...over,
})

/** A tracker with what comes out of it. */
const given = (over: Partial<TrackerOptions> = {}) => {
  const tracker = new DeliveryTracker({
    deliveryDeadline: 10 * MINUTE,
    maxUnsettled: 3,
    whenFull: undefined,
    ...over,
  })
  const out: string[] = []
  const handed: TrackedEvent[] = []
  const pump = (now = 0): void => {
    for (let next: Output | null = tracker.next(now); next; next = tracker.next(now)) {
      if (next.type === 'gap') out.push(`gap since ${next.gap.since}`)
      else if (next.type === 'jump') out.push(`jump from ${next.from} to ${next.to}`)
      else out.push(`${next.type} ${next.event.frame.s}`)
      if (next.type === 'hand_out') handed.push(next.event)
    }
  }
  const receive = (s: number | null, extra: Partial<WireFrame> = {}, now = 0) => {
    const skipped = tracker.receive(frameOf(s, extra), now)
    pump(now)
    return skipped
  }
  const settle = (s: number, now = 0): void => {
    const event = handed.findLast(({ seq }) => seq === s)
    if (event) tracker.settle(event)
    pump(now)
  }
  /** Its handler waits for a person. */
  const wait = (s: number, now = 0): void => {
    const event = handed.findLast(({ seq }) => seq === s)
    if (event) tracker.endTurn(event)
    pump(now)
  }
  /** The store has all of it. */
  const store = (now = 0): void => {
    tracker.stored(tracker.revision)
    pump(now)
  }
  return { tracker, out, handed, pump, receive, settle, wait, store }
}

const begun = (over: Partial<TrackerOptions> = {}) => {
  const rig = given(over)
  rig.tracker.begin('s1')
  rig.tracker.pass(1)
  return rig
}

/** A process that goes on with what an earlier one left. */
const restored = (left: Partial<SessionCheckpoint>, over: Partial<TrackerOptions> = {}) => {
  const rig = given({ maxUnsettled: 1000, ...over })
  const checkpoint = { sessionId: 's1', committed: 1, doneAbove: [], inFlight: [], ...left }
  rig.tracker.restore({ checkpoint, since: -7, writesAhead: true })
  return rig
}

it('GW-16 hands out each event once, and commits up to the lowest that is unfinished', () => {
  const { tracker, out, receive, settle } = begun()
  for (const seq of [2, 3, 4]) receive(seq)
  settle(3)
  expect([tracker.committed, tracker.open]).toEqual([1, 2])
  expect([receive(3), receive(4)]).toEqual(['done', 'in_flight'])
  settle(2)
  settle(2)
  expect([tracker.committed, tracker.received, tracker.open]).toEqual([3, 4, 1])
  expect(out).toEqual(['hand_out 2', 'hand_out 3', 'hand_out 4'])
})

it('GW-16 is not stalled by holes, READY or unhandled frames, and does not checkpoint frames without a seq', () => {
  const { tracker, receive, settle, out } = begun()
  receive(7)
  receive(null)
  tracker.pass(20)
  settle(7)
  expect([tracker.committed, tracker.open]).toEqual([20, 1])
  expect(out).toEqual(['hand_out 7', 'hand_out null'])
})

it('GW-16 an event that comes below a higher one is new unless it was seen, with or without an id', () => {
  const { out, receive, settle } = begun()
  receive(9)
  settle(9)
  expect([receive(4), receive(6), receive(4), receive(9)]).toEqual([null, null, 'in_flight', 'done'])
  expect(out).toEqual(['hand_out 9', 'hand_out 4', 'hand_out 6'])
})

it('GW-16 a settlement that comes late touches no newer session', () => {
  const { tracker, receive, settle, handed } = begun()
  receive(2)
  tracker.begin('s2')
  tracker.pass(1)
  receive(2, { id: 'other' })
  const [old] = handed
  expect(tracker.settle(old as TrackedEvent)).toBe(true)
  expect(tracker.settle(old as TrackedEvent)).toBe(false)
  expect([tracker.committed, tracker.open]).toEqual([1, 1])
  settle(2)
  expect(tracker.committed).toBe(2)
})

describe('GW-16 copies and twins', () => {
  it('GW-16 a copy has the name and id of another event, and shares its settlement', () => {
    const { tracker, receive, settle } = begun()
    receive(2, { id: 'a' })
    expect([receive(3, { id: 'a' }), receive(4, { id: 'a' })]).toEqual(['copy', 'copy'])
    expect(tracker.committed).toBe(1)
    settle(2)
    expect(tracker.committed).toBe(4)
    expect([receive(5, { id: 'a' }), receive(null, { id: 'a' })]).toEqual(['copy', 'copy'])
    expect(tracker.committed).toBe(5)
  })

  it('GW-16 a copy in a later session is finished there', () => {
    const { tracker, receive, settle } = begun()
    receive(2, { id: 'a' })
    tracker.begin('s2')
    tracker.pass(1)
    expect(receive(2, { id: 'a' })).toBe('copy')
    expect(tracker.committed).toBe(1)
    settle(2)
    expect(tracker.committed).toBe(2)
  })

  it.each([
    [{ id: 'a' }, { id: 'b' }],
    [{ id: 'a' }, { id: 'a', t: 'GROUP_MESSAGE_CREATE' }],
    [{}, {}],
  ])('BT-12 twins are events of their own: %j and %j', (one, other) => {
    const { out, receive } = begun()
    receive(2, { ...one, d: { id: 'm' } })
    receive(3, { ...other, d: { id: 'm' } })
    expect(out).toEqual(['hand_out 2', 'hand_out 3'])
  })

  it('GW-16 is recognised however many others have come, while the first is in flight, and for a thousand after', () => {
    const { receive, settle } = begun({ maxUnsettled: 5000 })
    receive(2, { id: 'first' })
    for (let seq = 3; seq <= 4000; seq += 1) {
      receive(seq, { id: `k${seq}` })
      settle(seq)
    }
    expect(receive(4001, { id: 'first' })).toBe('copy')
    expect(receive(4002, { id: 'k3500' })).toBe('copy')
    expect(receive(4003, { id: 'k3' })).toBeNull()
  })
})

describe('GW-17 a replay after a restart', () => {
  it('GW-17 is held until the store knows what is about to be handed out, and goes out in order', () => {
    const { tracker, out, receive, store } = restored({})
    for (const seq of [2, 3]) receive(seq)
    tracker.resumed()
    receive(4)
    expect([out, tracker.open, tracker.waiting]).toEqual([[], 0, 3])
    expect(tracker.awaitsStore).toBe(true)
    store()
    expect([out, tracker.open]).toEqual([['hand_out 2', 'hand_out 3', 'hand_out 4'], 3])
    receive(5)
    expect(out.at(-1)).toBe('hand_out 5')
  })

  it.each(['fails', 'does not answer for 5 s'])('GW-18 is held no longer when the store %s', (what) => {
    const { tracker, out, receive, pump } = restored({})
    receive(2)
    expect(tracker.wakeAt).toBe(5000)
    if (what === 'fails') tracker.storeFailed()
    else tracker.tick(5000)
    pump(5000)
    expect(out).toEqual(['hand_out 2'])
    expect(receive(3)).toBeNull()
    expect(out).toEqual(['hand_out 2', 'hand_out 3'])
  })

  it('GW-17 counts nothing that was not handed out: 1500 at once are neither given up nor committed', () => {
    const { tracker, out, receive, store, settle } = restored({}, { maxUnsettled: 1000 })
    for (let seq = 2; seq <= 1501; seq += 1) receive(seq)
    expect([tracker.open, tracker.committed, out]).toEqual([0, 1, []])
    store()
    // So many were noted: the others do not count as in flight should the process die now.
    const atRisk = (): number =>
      (tracker.checkpoint()?.inFlight ?? []).filter(([, crashes]) => crashes > 0).length
    expect([tracker.open, atRisk()]).toEqual([50, 100])
    while (tracker.waiting > 0) {
      for (let seq = 2; seq <= 1501; seq += 1) settle(seq)
      store()
    }
    for (let seq = 2; seq <= 1501; seq += 1) settle(seq)
    expect(tracker.committed).toBe(1501)
    expect(out).toEqual(Array.from({ length: 1500 }, (_, at) => `hand_out ${at + 2}`))
  })

  it('GW-17 marks what an earlier process may have handled, also what comes after all after RESUMED', () => {
    const { tracker, handed, receive, store } = restored({ inFlight: [[3, 0]], doneAbove: [[4, 4]] })
    expect(receive(4)).toBe('done')
    receive(2)
    tracker.resumed()
    receive(3)
    receive(5)
    store()
    store()
    expect(handed.map(({ seq, replayed }) => [seq, replayed])).toEqual([
      [2, true],
      [3, true],
      [5, false],
    ])
  })

  it('GW-17 that comes out of order is never passed over, whatever comes between', () => {
    const { tracker, out, receive, store } = restored({ committed: 3 })
    receive(7)
    store()
    expect(tracker.checkpoint()).toMatchObject({ committed: 3, doneAbove: [] })
    // Cut before it was through: all of it is asked for again.
    expect(tracker.resuming(7, 0)).toBe(3)
    for (const seq of [4, 6, 5, 7]) receive(seq)
    tracker.resumed()
    store()
    expect(out).toEqual(['hand_out 7', 'hand_out 4', 'hand_out 6', 'hand_out 5'])
  })

  it('GW-16 nor within a process', () => {
    const { tracker, out, receive, settle } = begun()
    receive(2)
    settle(2)
    expect(tracker.resuming(2, 0)).toBe(2)
    receive(5)
    settle(5)
    expect([tracker.committed, tracker.resuming(5, 0)]).toEqual([2, 2])
    receive(3)
    expect(tracker.resuming(5, 0)).toBe(3)
    receive(4)
    tracker.resumed()
    for (const seq of [3, 4]) settle(seq)
    expect([out.length, tracker.committed]).toEqual([4, 5])
  })

  it('GW-17 an event in flight that does not come again is reported lost, since its arrival', () => {
    const { tracker, out, pump } = restored({ committed: 2, inFlight: [[3, 1]], doneAbove: [[4, 6]] })
    tracker.pass(7)
    tracker.resumed()
    pump()
    expect([out, tracker.committed]).toEqual([['gap since -7'], 7])
  })

  it('GW-17 reports one gap when the session is refused before that', () => {
    const { tracker, out, pump } = restored({ inFlight: [[3, 1]] })
    tracker.drop({ since: 100, lastSeq: 1, reason: 'refused' })
    pump()
    expect([out, tracker.checkpoint()]).toEqual([['gap since -7'], null])
  })
})

describe('GW-17 suspects', () => {
  it('GW-17 are handed out one at a time, and others pass those that wait for their turn', () => {
    const { tracker, out, receive, store, settle } = restored({
      inFlight: [
        [2, 1],
        [3, 1],
        [4, 2],
      ],
    })
    for (const seq of [2, 3, 4, 5]) receive(seq)
    tracker.resumed()
    receive(6)
    store()
    expect(out).toEqual(['hand_out 2', 'hand_out 5', 'hand_out 6'])
    receive(7)
    expect(out.at(-1)).toBe('hand_out 7')
    settle(2)
    expect(out.at(-1)).toBe('hand_out 7')
    store()
    expect(out.at(-1)).toBe('hand_out 3')
    expect(tracker.checkpoint()?.inFlight.slice(0, 2)).toEqual([
      [3, 2],
      [4, 2],
    ])
  })

  it('GW-17 do not wait for one whose handler waits for a person', () => {
    const { tracker, out, receive, store, settle, wait } = restored({
      inFlight: [
        [2, 1],
        [3, 1],
        [4, 1],
      ],
    })
    for (const seq of [2, 3, 4, 5]) receive(seq)
    tracker.resumed()
    store()
    wait(2)
    store()
    expect(out).toEqual(['hand_out 2', 'hand_out 5', 'hand_out 3'])
    // Neither one that is no suspect, nor one without the turn, nor one that has ended gives the turn away.
    for (const seq of [5, 2]) wait(seq)
    settle(2)
    wait(2)
    store()
    expect(out).toHaveLength(3)
    settle(3)
    store()
    expect(out.at(-1)).toBe('hand_out 4')
  })

  it('GW-17 GW-26 there are none where a consumer only passes events on: all keep their order, and none is quarantined', () => {
    const { out, receive } = restored(
      {
        inFlight: [
          [2, 1],
          [3, MOST_CRASHES],
        ],
      },
      { relays: true },
    )
    for (const seq of [2, 3, 4]) receive(seq)
    expect(out).toEqual(['hand_out 2', 'hand_out 3', 'hand_out 4'])
  })

  it('GW-17 wait for each other for ten seconds, also where one was given up', () => {
    const { tracker, out, receive, store, pump } = restored(
      {
        inFlight: [
          [2, 1],
          [3, 1],
        ],
      },
      { deliveryDeadline: 4000 },
    )
    for (const seq of [2, 3]) receive(seq)
    store()
    expect([out, tracker.wakeAt]).toEqual([['hand_out 2'], 4000])
    tracker.tick(4000)
    pump(4000)
    expect([out.at(-1), tracker.wakeAt]).toEqual(['given_up 2', 10_000])
    tracker.tick(10_000)
    pump(10_000)
    store(10_000)
    expect(out.at(-1)).toBe('hand_out 3')
  })

  it('GW-17 one that three lives in a row died on is quarantined, and an orderly end is no death', () => {
    let left: Partial<SessionCheckpoint> = {}
    for (let life = 1; life < 2 * MOST_CRASHES; life += 1) {
      const { tracker, out, receive, store } = restored(left)
      receive(2)
      store()
      expect(out).toEqual(['hand_out 2'])
      if (life % 2 === 0) tracker.goodbye(true)
      left = tracker.checkpoint() as SessionCheckpoint
      expect(left.inFlight).toEqual([[2, Math.ceil(life / 2)]])
    }
    const { tracker, out, receive } = restored(left)
    receive(2)
    expect([out, tracker.committed, receive(2)]).toEqual([['quarantined 2'], 2, 'done'])
  })

  it('GW-17 a life counts only against what was handed out in it', () => {
    const { tracker, receive } = restored({
      inFlight: [
        [2, 2],
        [3, 2],
      ],
    })
    for (const seq of [2, 3]) receive(seq)
    expect(tracker.checkpoint()?.inFlight).toEqual([
      [2, 3],
      [3, 2],
    ])
    tracker.drain()
    tracker.goodbye(true)
    expect(tracker.checkpoint()?.inFlight).toEqual([
      [2, 2],
      [3, 2],
    ])
  })
})

describe('GW-25 an event that is never settled', () => {
  it('GW-25 is given up after its deadline, counted from when it was handed out', () => {
    const { tracker, out, receive, settle, pump } = begun()
    receive(2)
    receive(3, {}, 4 * MINUTE)
    expect(tracker.wakeAt).toBe(10 * MINUTE)
    tracker.tick(10 * MINUTE)
    pump(10 * MINUTE)
    expect([out.slice(2), tracker.committed, tracker.wakeAt]).toEqual([['given_up 2'], 2, 14 * MINUTE])
    settle(2)
    settle(3)
    expect([tracker.committed, tracker.wakeAt]).toEqual([3, Infinity])
  })

  it('GW-25 has its whole time again when the process slept', () => {
    const { tracker, out, receive, pump } = begun()
    receive(2, {}, 0)
    tracker.tick(8 * 60 * MINUTE)
    pump(8 * 60 * MINUTE)
    expect([out, tracker.wakeAt]).toEqual([['hand_out 2'], 8 * 60 * MINUTE + 10 * MINUTE])
  })

  it('GW-25 may stay for ever with a deadline of Infinity', () => {
    const { tracker, receive } = begun({ deliveryDeadline: Infinity })
    receive(2)
    expect(tracker.wakeAt).toBe(Infinity)
  })

  it('GW-25 gives way when too many are open: the oldest, or as a hook chooses', () => {
    const play = (whenFull?: TrackerOptions['whenFull']) => {
      const { tracker, out, receive } = begun({ whenFull })
      for (const seq of [2, 3, 4, 5]) receive(seq)
      return [out.slice(3), tracker.open, tracker.checkpoint()?.doneAbove]
    }
    const oldest = [['given_up 2', 'hand_out 5'], 3, []]
    expect(play()).toEqual(oldest)
    expect(play(() => 'newest')).toEqual([['given_up 5'], 3, [[5, 5]]])
    expect(play(() => 'none')).toEqual([['hand_out 5'], 4, []])
    const broken = (): never => {
      throw new Error('broken hook')
    }
    expect(play(broken)).toEqual(oldest)
    for (const nonsense of ['Oldest', undefined, Promise.resolve('newest')])
      expect(play(() => nonsense as 'oldest')).toEqual(oldest)
  })

  it('GW-25 shows the hook the events that it chooses between', () => {
    const seen: unknown[] = []
    const { receive } = begun({
      maxUnsettled: 1,
      whenFull: (oldest, newest) => {
        seen.push([oldest.event.s, newest.event.s])
        return 'oldest'
      },
    })
    for (const seq of [2, 3]) receive(seq)
    expect(seen).toEqual([[2, 3]])
  })
})

describe('ST-05 the end', () => {
  it('ST-05 leaves what was not handed out to the next process', () => {
    const { tracker, out, receive, store } = restored({ inFlight: [[4, 0]] })
    for (const seq of [2, 3]) receive(seq)
    tracker.drain()
    store()
    tracker.goodbye(true)
    store()
    expect([out, tracker.busy]).toEqual([[], false])
    expect(tracker.checkpoint()).toMatchObject({
      committed: 1,
      doneAbove: [],
      inFlight: [
        [2, 0],
        [3, 0],
        [4, 0],
      ],
    })
  })

  it('GW-18 hands out what no next process would get, before anything else ends', () => {
    const { tracker, out, receive, pump, settle } = restored({
      inFlight: [
        [2, 1],
        [3, 1],
      ],
    })
    for (const seq of [2, 3]) receive(seq)
    tracker.drop({ since: 0, lastSeq: 1, reason: 'refused' })
    tracker.drain()
    pump()
    expect([out, tracker.busy]).toEqual([['gap since -7', 'hand_out 2'], true])
    settle(2)
    settle(3)
    expect([out.at(-1), tracker.busy]).toEqual(['hand_out 3', false])
  })

  it('GW-17 reports the events lost with a session that is not kept', () => {
    const { tracker, out, receive, pump } = restored({ inFlight: [[4, 0]] })
    receive(2, {}, 50)
    tracker.drain()
    tracker.goodbye(false)
    pump()
    expect(out).toEqual(['gap since -7'])
  })
})

it('GW-25 stays small and right while one event hangs and a million others pass', () => {
  const { tracker, receive, settle } = begun()
  receive(2)
  for (let seq = 3; seq <= 1_000_000; seq += 1) {
    tracker.receive(frameOf(seq), 0)
    const out = tracker.next(0)
    if (out?.type === 'hand_out') tracker.settle(out.event)
  }
  expect(tracker.checkpoint()).toEqual({
    sessionId: 's1',
    committed: 1,
    doneAbove: [[3, 1_000_000]],
    inFlight: [[2, 1]],
  })
  settle(2)
  expect(tracker.committed).toBe(1_000_000)
})

it('GW-17 property: what was in flight is never taken for done, however many holes the seqs have', () => {
  const slow = fc.uniqueArray(fc.integer({ min: 1, max: 2500 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(slow, fc.integer({ min: 2, max: 5 }), (hanging, step) => {
      const first = begun({ maxUnsettled: 1000 })
      for (let n = 1; n <= 2500; n += 1) {
        first.receive(n * step)
        if (!hanging.includes(n)) first.settle(n * step)
      }
      const second = restored(first.tracker.checkpoint() as SessionCheckpoint)
      const again = Array.from({ length: 2500 }, (_, at) => at + 1).filter(
        (n) => second.receive(n * step) === null,
      )
      expect(again).toEqual(hanging.toSorted((a, b) => a - b))
    }),
    { numRuns: 30 },
  )
})
