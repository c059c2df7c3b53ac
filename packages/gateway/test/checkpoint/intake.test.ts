import { ManualClock } from '@qqkit/core/testing'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { Intake, type IntakeLimits } from '../../src/checkpoint/intake.js'
import type { OpenDelivery } from '../../src/checkpoint/open-delivery.js'

const MINUTE = 60_000

const given = (over: Partial<IntakeLimits> = {}) => {
  const clock = new ManualClock()
  const abandoned: string[] = []
  let changes = 0
  const intake = new Intake(
    { clock, deliveryDeadline: 10 * MINUTE, maxUnsettled: 3, whenFull: undefined, ...over },
    {
      onAbandoned: ({ seq }, reason) => abandoned.push(`${seq} ${reason}`),
      onChange: () => (changes += 1),
    },
  )
  intake.begin('s1')
  const deliver = (seq: number | null, key: string | null = null): OpenDelivery => {
    const verdict = intake.receive(seq, key)
    if (typeof verdict === 'string') throw new Error(`was skipped: ${verdict}`)
    return verdict
  }
  return { clock, intake, abandoned, deliver, changes: () => changes }
}

it('GW-16 hands out each event once, and commits it when it is settled, however it ended', () => {
  const { intake, deliver } = given()
  const first = deliver(1)
  expect(intake.receive(1, null)).toBe('in_flight')
  expect(intake.settle(first, 'failed')).toBe(true)
  expect(intake.settle(first, 'done')).toBe(false)
  expect(intake.receive(1, null)).toBe('done')
  expect([intake.received, intake.committed, intake.open]).toEqual([1, 1, 0])
})

it('GW-16 delivers a frame without seq, and does not checkpoint it', () => {
  const { intake, deliver } = given()
  intake.pass(1)
  const delivery = deliver(null)
  expect(intake.checkpoint()).toEqual({ sessionId: 's1', committed: 1, doneAbove: [], inFlight: [] })
  expect(intake.settle(delivery, 'done')).toBe(true)
})

it('delivers what comes before there is a session', () => {
  const { intake, deliver } = given()
  intake.drop()
  const delivery = deliver(5)
  expect([delivery.sessionId, intake.settle(delivery, 'done')]).toEqual([null, true])
})

it('tells of every change that is worth storing', () => {
  const { intake, deliver, changes } = given()
  const before = changes()
  intake.settle(deliver(1), 'done')
  intake.pass(2)
  expect(changes()).toBe(before + 3)
})

describe('GW-16 copies of one event', () => {
  it('GW-16 share the settlement of the first one while it is in flight', () => {
    const { intake, deliver } = given()
    const first = deliver(1, 'c2c:m1')
    expect([intake.receive(2, 'c2c:m1'), intake.receive(3, 'c2c:m1')]).toEqual(['copy', 'copy'])
    expect(intake.committed).toBe(0)
    intake.settle(first, 'done')
    expect(intake.committed).toBe(3)
  })

  it('GW-16 are finished at once after it', () => {
    const { intake, deliver } = given()
    intake.settle(deliver(1, 'c2c:m1'), 'done')
    expect(intake.receive(2, 'c2c:m1')).toBe('copy')
    expect(intake.receive(null, 'c2c:m1')).toBe('copy')
    expect([intake.committed, intake.open]).toEqual([2, 0])
  })

  it('GW-16 are recognised across sessions, each finished in its own', () => {
    const { intake, deliver } = given()
    const first = deliver(1, 'c2c:m1')
    intake.begin('s2')
    expect(intake.receive(1, 'c2c:m1')).toBe('copy')
    expect(intake.committed).toBe(0)
    intake.settle(first, 'done')
    expect(intake.committed).toBe(1)
  })

  it('are forgotten after a thousand others, and not before', () => {
    const { intake, deliver } = given()
    for (let seq = 1; seq <= 1001; seq += 1) intake.settle(deliver(seq, `k${seq}`), 'done')
    expect([intake.receive(5000, 'k2'), intake.receive(5001, 'k1001')]).toEqual(['copy', 'copy'])
    for (let seq = 6000; seq <= 8000; seq += 1) intake.settle(deliver(seq, `k${seq}`), 'done')
    expect(deliver(9000, 'k2').seq).toBe(9000)
  })
})

it('GW-16 recognises a copy of what is in flight, however many others have come since', () => {
  const { intake, deliver } = given({ maxUnsettled: 5000 })
  const first = deliver(1, 'first')
  for (let seq = 2; seq <= 4000; seq += 1) intake.settle(deliver(seq, `k${seq}`), 'done')
  expect(intake.receive(4001, 'first')).toBe('copy')
  intake.settle(first, 'done')
  expect(intake.committed).toBe(4001)
})

it('GW-16 GW-17 marks what an earlier process may have handled, until the replay is over', () => {
  const { intake, deliver } = given()
  intake.restore({ sessionId: 's1', committed: 4, doneAbove: [[6, 6]], inFlight: [[5, 1]] })
  expect(deliver(5).replayed).toBe(true)
  expect(intake.receive(6, null)).toBe('done')
  intake.pass(7)
  intake.resumed()
  expect(deliver(8).replayed).toBe(false)
  intake.restore({ sessionId: 's1', committed: 4, doneAbove: [], inFlight: [[5, 3]] })
  expect(intake.receive(5, null)).toBe('quarantined')
  intake.begin('s2')
  expect(deliver(1).replayed).toBe(false)
})

describe('GW-25 a delivery that nobody settles', () => {
  it('GW-25 is abandoned and reported after its deadline, and the checkpoint moves on', async () => {
    const { clock, intake, abandoned, deliver } = given()
    const stuck = deliver(1)
    await clock.advance(4 * MINUTE)
    deliver(2)
    await clock.advance(6 * MINUTE - 1)
    expect([abandoned, intake.committed]).toEqual([[], 0])
    await clock.advance(1)
    expect([abandoned, intake.committed]).toEqual([['1 deadline'], 1])
    expect(intake.settle(stuck, 'done')).toBe(false)
    await clock.advance(4 * MINUTE)
    expect([abandoned, intake.committed]).toEqual([['1 deadline', '2 deadline'], 2])
    expect(clock.pending).toBe(0)
  })

  it('GW-25 is abandoned although its session is long gone', async () => {
    const { clock, intake, abandoned, deliver } = given()
    deliver(1)
    intake.begin('s2')
    intake.pass(1)
    await clock.advance(10 * MINUTE)
    expect([abandoned, intake.committed, intake.open]).toEqual([['1 deadline'], 1, 0])
  })

  it('GW-25 keeps one timer for all, and none once nothing is open', async () => {
    const { clock, intake, deliver } = given()
    const open = [1, 2, 3].map((seq) => deliver(seq))
    expect(clock.pending).toBe(1)
    for (const delivery of open) intake.settle(delivery, 'done')
    await clock.advance(10 * MINUTE)
    expect(clock.pending).toBe(0)
    deliver(4)
    expect(clock.pending).toBe(1)
    intake.close()
    expect(clock.pending).toBe(0)
    deliver(5)
    expect(clock.pending).toBe(0)
  })

  it('GW-25 may stay for ever when told so', () => {
    const { clock, deliver } = given({ deliveryDeadline: Infinity })
    deliver(1)
    expect(clock.pending).toBe(0)
  })

  it('GW-25 gives way, the oldest first, when too many are open', () => {
    const { intake, abandoned, deliver } = given()
    for (const seq of [1, 2, 3, 4, 5]) deliver(seq)
    expect([abandoned, intake.open, intake.committed]).toEqual([['1 overflow', '2 overflow'], 3, 2])
  })

  it('GW-25 makes the newest give way, or nobody, if a hook chooses so', () => {
    const newest = given({ whenFull: () => 'newest' })
    for (const seq of [1, 2, 3]) newest.deliver(seq)
    expect(newest.intake.receive(4, null)).toBe('refused')
    expect([newest.intake.open, newest.intake.checkpoint()?.doneAbove]).toEqual([3, [[4, 4]]])
    const none = given({ whenFull: () => 'none' })
    for (const seq of [1, 2, 3, 4, 5]) none.deliver(seq)
    expect(none.intake.open).toBe(5)
  })

  it('GW-25 gives way as by default when the hook throws', () => {
    const { abandoned, deliver } = given({
      whenFull: () => {
        throw new Error('broken hook')
      },
    })
    for (const seq of [1, 2, 3, 4]) deliver(seq)
    expect(abandoned).toEqual(['1 overflow'])
  })
})

it('ST-05 tells when nothing is open any more', async () => {
  const { intake, deliver } = given()
  await intake.idle()
  const open = [deliver(1), deliver(2)]
  let idle = false
  const waiting = intake.idle().then(() => (idle = true))
  for (const delivery of open) {
    expect(idle).toBe(false)
    intake.settle(delivery, 'done')
    await Promise.resolve()
  }
  await waiting
})

const act = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('receive' as const), key: fc.integer({ min: 0, max: 6 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('settle' as const), pick: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 200 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'begin' as const }) },
)

it('GW-16 GW-25 property: each key is delivered once, nothing is open too long, and in the end all is committed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 60, size: 'max' }), async (acts) => {
      const { clock, intake } = given({ deliveryDeadline: 300 })
      const delivered: OpenDelivery[] = []
      let seq = 0
      let session = 1
      for (const one of acts) {
        if (one.kind === 'receive') {
          seq += 1
          const verdict = intake.receive(seq, one.key === 0 ? null : `k${one.key}`)
          if (typeof verdict === 'object') delivered.push(verdict)
        } else if (one.kind === 'settle') {
          const delivery = delivered[one.pick % (delivered.length || 1)]
          if (delivery) intake.settle(delivery, 'done')
        } else if (one.kind === 'wait') await clock.advance(one.ms)
        else {
          session += 1
          seq = 0
          intake.begin(`s${session}`)
        }
        expect(intake.open).toBeLessThanOrEqual(3)
      }
      const keys = delivered.flatMap(({ key }) => key ?? [])
      expect(new Set(keys).size).toBe(keys.length)
      await clock.advance(300)
      expect([intake.open, clock.pending]).toEqual([0, 0])
      expect(intake.committed).toBe(seq === 0 ? null : seq)
    }),
    { numRuns: 60 },
  )
})
