import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { Ledger, MOST_LIVES, type Verdict } from '../../src/checkpoint/ledger.js'
import type { SessionCheckpoint } from '../../src/delivery/session-checkpoint.js'

const started = (...seqs: readonly number[]): Ledger => {
  const ledger = new Ledger()
  ledger.begin('s1')
  for (const seq of seqs) ledger.receive(seq)
  return ledger
}

const restored = (over: Partial<SessionCheckpoint>): Ledger => {
  const ledger = new Ledger()
  ledger.restore({ sessionId: 's1', committed: 0, doneAbove: [], inFlight: [], ...over })
  return ledger
}

it('GW-16 commits up to the lowest unfinished event, and all when none is left', () => {
  const ledger = started(1, 2, 3)
  expect([ledger.received, ledger.committed, ledger.unsettled]).toEqual([3, 0, 3])
  ledger.settle('s1', 2)
  expect(ledger.committed).toBe(0)
  ledger.settle('s1', 1)
  expect(ledger.committed).toBe(2)
  ledger.settle('s1', 3)
  expect([ledger.committed, ledger.unsettled]).toEqual([3, 0])
})

it('GW-16 skips what is done and what is in flight, and takes the rest', () => {
  const ledger = started(1, 2, 4)
  ledger.settle('s1', 2)
  const verdicts = [1, 2, 3, 4, 5].map((seq) => ledger.receive(seq))
  expect(verdicts).toEqual(['in_flight', 'done', 'new', 'in_flight', 'new'] satisfies Verdict[])
})

it('GW-16 is not stalled by holes, READY or frames nobody handles', () => {
  const ledger = started()
  ledger.pass(1)
  ledger.receive(7)
  ledger.pass(9)
  ledger.receive(20)
  ledger.settle('s1', 20)
  ledger.settle('s1', 7)
  expect(ledger.committed).toBe(20)
})

it('GW-16 lets a late settlement touch no newer session', () => {
  const ledger = started(1)
  ledger.begin('s2')
  ledger.receive(1)
  expect(ledger.settle('s1', 1)).toBe(false)
  expect([ledger.unsettled, ledger.committed]).toEqual([1, 0])
  expect([ledger.settle('s2', 1), ledger.settle('s2', 1)]).toEqual([true, false])
})

it('has nothing to store before the first seq, nor after the session is gone', () => {
  const ledger = started()
  expect([ledger.checkpoint(), ledger.committed, ledger.received]).toEqual([null, null, null])
  ledger.pass(1)
  expect(ledger.checkpoint()).toEqual({ sessionId: 's1', committed: 1, doneAbove: [], inFlight: [] })
  ledger.drop()
  expect([ledger.checkpoint(), ledger.sessionId]).toEqual([null, null])
  expect(ledger.settle('s1', 1)).toBe(false)
})

describe('the next process', () => {
  it('GW-17 gets what was in flight, and not what was done', () => {
    const first = started(1, 2, 3, 4)
    for (const seq of [1, 3]) first.settle('s1', seq)
    const checkpoint = first.checkpoint() as SessionCheckpoint
    expect(checkpoint).toEqual({
      sessionId: 's1',
      committed: 1,
      doneAbove: [[3, 3]],
      inFlight: [
        [2, 1],
        [4, 1],
      ],
    })
    const second = restored(checkpoint)
    expect(second.received).toBe(1)
    expect([2, 3, 4, 5].map((seq) => second.receive(seq))).toEqual(['new', 'done', 'new', 'new'])
    for (const seq of [2, 4, 5]) second.settle('s1', seq)
    expect(second.checkpoint()).toEqual({ sessionId: 's1', committed: 5, doneAbove: [], inFlight: [] })
  })

  it('GW-17 counts the lives an event was in flight in, and quarantines it after three in a row', () => {
    let checkpoint: SessionCheckpoint = { sessionId: 's1', committed: 5, doneAbove: [], inFlight: [] }
    for (let life = 1; life <= MOST_LIVES; life += 1) {
      const ledger = restored(checkpoint)
      expect(ledger.receive(6)).toBe(life === MOST_LIVES ? 'last_chance' : 'new')
      if (life === MOST_LIVES) ledger.risk('s1', 6)
      checkpoint = ledger.checkpoint() as SessionCheckpoint
      expect(checkpoint.inFlight).toEqual([[6, life]])
    }
    const ledger = restored(checkpoint)
    expect(ledger.receive(6)).toBe('quarantined')
    expect(ledger.committed).toBe(6)
    expect(ledger.receive(6)).toBe('done')
    expect(ledger.receive(7)).toBe('new')
  })

  it('GW-17 does not count the last life against an event that was not handed out in it', () => {
    const checkpoint: SessionCheckpoint = { sessionId: 's1', committed: 5, doneAbove: [], inFlight: [[6, 2]] }
    const ledger = restored(checkpoint)
    expect(ledger.receive(6)).toBe('last_chance')
    expect(ledger.checkpoint()).toEqual(checkpoint)
    ledger.risk('another', 6)
    expect(ledger.checkpoint()).toEqual(checkpoint)
    ledger.risk('s1', 6)
    expect(ledger.checkpoint()?.inFlight).toEqual([[6, 3]])
    const passing = restored(checkpoint)
    passing.pass(6)
    expect(passing.committed).toBe(6)
  })

  it('GW-17 does not forget the lives of an event when it dies before the event came again', () => {
    const ledger = restored({ committed: 5, inFlight: [[6, 2]] })
    expect(ledger.checkpoint()?.inFlight).toEqual([[6, 2]])
    ledger.pass(9)
    expect(ledger.checkpoint()?.inFlight).toEqual([[6, 2]])
    ledger.replayEnded()
    expect(ledger.checkpoint()).toEqual({ sessionId: 's1', committed: 9, doneAbove: [], inFlight: [] })
  })

  it('GW-17 is not told that an event in flight is finished because a later one came again before it', () => {
    const checkpoint: SessionCheckpoint = {
      sessionId: 's1',
      committed: 4,
      doneAbove: [[6, 6]],
      inFlight: [[5, 1]],
    }
    const ledger = restored(checkpoint)
    expect(ledger.receive(6)).toBe('done')
    expect(ledger.checkpoint()).toEqual(checkpoint)
    expect(ledger.receive(7)).toBe('new')
    ledger.settle('s1', 7)
    expect(ledger.receive(5)).toBe('new')
    expect(ledger.checkpoint()).toEqual({ ...checkpoint, doneAbove: [[6, 7]], inFlight: [[5, 2]] })
    ledger.settle('s1', 5)
    expect(ledger.checkpoint()).toEqual({ sessionId: 's1', committed: 7, doneAbove: [], inFlight: [] })
  })
})

it('GW-17 property: what was in flight is never taken for done, however many holes the seqs have', () => {
  const slow = fc.uniqueArray(fc.integer({ min: 1, max: 2500 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(slow, fc.integer({ min: 2, max: 5 }), (hanging, step) => {
      const first = started()
      first.pass(0)
      for (let n = 1; n <= 2500; n += 1) {
        first.receive(n * step)
        if (!hanging.includes(n)) first.settle('s1', n * step)
      }
      const second = restored(first.checkpoint() as SessionCheckpoint)
      const again = Array.from({ length: 2500 }, (_, at) => at + 1).filter(
        (n) => second.receive(n * step) === 'new',
      )
      expect(again).toEqual(hanging.toSorted((a, b) => a - b))
    }),
    { numRuns: 30 },
  )
})

it('GW-25 stays small and right while one event hangs and a million others pass', () => {
  const ledger = started(1)
  for (let seq = 2; seq <= 1_000_000; seq += 1) {
    ledger.receive(seq)
    ledger.settle('s1', seq)
  }
  expect(ledger.checkpoint()).toEqual({
    sessionId: 's1',
    committed: 0,
    doneAbove: [[2, 1_000_000]],
    inFlight: [[1, 1]],
  })
  ledger.settle('s1', 1)
  expect(ledger.committed).toBe(1_000_000)
})

it('settles a thousand in any order in no time', () => {
  const ledger = started()
  for (let seq = 1; seq <= 50_000; seq += 1) {
    ledger.receive(seq)
    if (seq > 1000) ledger.settle('s1', seq - 1000)
  }
  expect(ledger.committed).toBe(49_000)
  expect(ledger.unsettled).toBe(1000)
})

/** The rules of GW-16 and GW-17, as slow as they read. */
class Model {
  sessionId = ''
  received = -1
  unsettled = new Map<number, number>()
  done = new Set<number>()
  unseen = new Map<number, number>()

  get committed(): number {
    // What an earlier life had in flight is not finished either, until it is known that it will not come again.
    return Math.min(this.received, ...[...this.unsettled.keys(), ...this.unseen.keys()].map((seq) => seq - 1))
  }

  receive(seq: number): Verdict {
    const known = seq <= this.committed
    this.received = Math.max(this.received, seq)
    if (this.unsettled.has(seq)) return 'in_flight'
    const lives = this.unseen.get(seq) ?? 0
    if (lives === 0 && (this.done.has(seq) || known)) return 'done'
    this.unseen.delete(seq)
    if (lives >= MOST_LIVES) {
      this.done.add(seq)
      return 'quarantined'
    }
    this.unsettled.set(seq, lives + 1)
    return 'new'
  }

  settle(sessionId: string, seq: number): boolean {
    if (sessionId !== this.sessionId || !this.unsettled.delete(seq)) return false
    this.done.add(seq)
    return true
  }

  restart(): void {
    const all = [...this.unsettled, ...this.unseen]
    this.done = new Set([...this.done].filter((seq) => seq > this.committed))
    this.received = this.committed
    this.unsettled.clear()
    this.unseen = new Map(all)
  }
}

const seq = fc.integer({ min: 0, max: 30 })
const operation = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('receive' as const), seq }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('next' as const), hole: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('settle' as const), seq, late: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('resumed' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('begin' as const) }) },
)

/** Everything that can be seen of an account from outside. */
const view = (account: Ledger | Model): readonly unknown[] =>
  account instanceof Model
    ? [account.received, account.committed, account.unsettled.size]
    : [account.received ?? -1, account.committed ?? -1, account.unsettled]

const above = (ledger: Ledger): readonly number[] =>
  (ledger.checkpoint()?.doneAbove ?? []).flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, offset) => from + offset),
  )

it('GW-16 GW-17 property: agrees with the rules written naively, over sessions and process lives', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 80, size: 'max' }), (operations) => {
      let ledger = started()
      let model = new Model()
      model.sessionId = 's1'
      const seen: unknown[] = []
      const expected: unknown[] = []
      for (const one of operations) {
        if (one.kind === 'receive' || one.kind === 'next') {
          const next = one.kind === 'receive' ? one.seq : model.received + one.hole
          const verdict = ledger.receive(next)
          if (verdict === 'last_chance') ledger.risk(model.sessionId, next)
          seen.push(verdict === 'last_chance' ? 'new' : verdict)
          expected.push(model.receive(next))
        } else if (one.kind === 'settle') {
          const sessionId = one.late ? 'another' : model.sessionId
          seen.push(ledger.settle(sessionId, one.seq))
          expected.push(model.settle(sessionId, one.seq))
        } else if (one.kind === 'begin') {
          model = new Model()
          model.sessionId = `s${seen.length}`
          ledger.begin(model.sessionId)
        } else if (one.kind === 'resumed') {
          model.unseen.clear()
          ledger.replayEnded()
        } else if (model.committed >= 0) {
          const stored = structuredClone(ledger.checkpoint() as SessionCheckpoint)
          ledger = new Ledger()
          ledger.restore(stored)
          model.restart()
        }
        seen.push(view(ledger), above(ledger))
        const { done, committed } = model
        const stored = committed < 0 ? [] : [...done].filter((seq) => seq > committed)
        stored.sort((a, b) => a - b)
        expected.push(view(model), stored)
      }
      expect(seen).toEqual(expected)
    }),
    { numRuns: 2000 },
  )
})
