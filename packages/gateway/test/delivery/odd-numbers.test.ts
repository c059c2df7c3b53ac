import type { WireFrame } from '@qqkit/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { DeliveryTracker } from '../../src/delivery/delivery-tracker.js'
import { advance, type Session } from '../../src/machine/session.js'

/** A session on the side of the server, and what a client makes of it. */
class Line {
  readonly tracker = new DeliveryTracker({
    deliveryDeadline: Infinity,
    maxUnsettled: 2000,
    whenFull: undefined,
  })
  readonly got: number[] = []
  readonly told: string[] = []
  readonly log: WireFrame[] = []
  seq = 1
  session: Session = { id: 's', seq: 1, jump: null, startedAt: 0, heardAt: 0 }
  now = 0

  constructor() {
    this.tracker.begin('s')
    this.tracker.pass(1)
  }

  /** @param s the number that the frame bears, if not the right one */
  say(s?: number): void {
    this.seq += 1
    const frame = { op: 0, s: this.seq, t: 'EVENT', id: `EVENT:${this.seq}`, d: {} }
    this.log.push(frame)
    this.send({ ...frame, s: s ?? frame.s })
  }

  send(frame: WireFrame): void {
    this.now += 1
    this.session = advance(this.session, frame.s, this.now)
    this.tracker.receive(frame, this.now)
    this.pump()
  }

  /** Loses the connection, says so many, and resumes without those that are left out. */
  resume(missed = 0, leftOut: readonly number[] = []): number {
    const since = this.session.heardAt
    const from = this.tracker.resuming(this.session.seq ?? 0, since)
    for (let count = 0; count < missed; count += 1) {
      this.seq += 1
      this.log.push({ op: 0, s: this.seq, t: 'EVENT', id: `EVENT:${this.seq}`, d: {} })
    }
    const came = this.seq
    for (const frame of this.log)
      if ((frame.s as number) > from && !leftOut.includes(frame.s as number)) this.send(frame)
    this.seq += 1
    this.session = advance(this.session, this.seq, this.now)
    this.tracker.pass(this.seq)
    this.tracker.resumed()
    this.pump()
    if (from > came) throw new Error(`resumed from ${from}, and the session has come to ${came}`)
    return from
  }

  pump(): void {
    for (let out = this.tracker.next(this.now); out; out = this.tracker.next(this.now)) {
      if (out.type === 'hand_out') {
        this.got.push(Number((out.event.frame.id as string).slice('EVENT:'.length)))
        this.tracker.settle(out.event)
      } else if (out.type === 'gap') this.told.push(`${out.gap.reason}, since ${out.gap.since}`)
      else if (out.type === 'jump') this.told.push(`from ${out.from} to ${out.to}`)
    }
  }
}

describe('a number on the wrong event', () => {
  it('GW-15 is not resumed from, reported when absurd, and hides no other event', () => {
    const line = new Line()
    for (const s of [2, 3, 9e15, 5]) line.say(s)
    expect(line.told).toEqual(['from 3 to 9000000000000000'])
    expect([line.tracker.received, line.session.seq]).toEqual([5, 5])
    for (const s of [6, 500]) line.say(s)
    expect([line.tracker.received, line.tracker.checkpoint()?.committed]).toEqual([6, 6])
    expect(line.resume(1)).toBe(6)
    expect(line.got).toEqual([2, 3, 4, 5, 6, 7, 8])
    expect(line.told).toHaveLength(1)
  })

  it('GW-15 counts when the next number follows it', () => {
    const line = new Line()
    line.say()
    line.seq = 50_000
    line.say()
    expect(line.tracker.received).toBe(2)
    line.say()
    expect([line.tracker.received, line.tracker.committed, line.resume()]).toEqual([50_002, 50_002, 50_002])
  })

  it('GW-15 that is late does not take back how far the session has come', () => {
    const event = (s: number, id: string): WireFrame => ({ op: 0, s, t: 'EVENT', id, d: {} })
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 110 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 20 }),
        (numbers, late) => {
          const line = new Line()
          for (let s = 2; s <= 20; s += 1) line.send(event(s, `EVENT:${s}`))
          for (const [index, s] of numbers.entries()) line.send(event(s, `EVENT:${100 + index}`))
          const before = [line.session.seq, line.tracker.received]
          line.send(event(late, 'EVENT:99'))
          expect([line.session.seq, line.tracker.received]).toEqual(before)
          expect(before[0]).toBe(before[1])
        },
      ),
      { numRuns: 500 },
    )
  })

  it('GW-15 property: no Resume names a number that the server never had, and every event comes once', () => {
    const low = fc.integer({ min: 0, max: 60 })
    // Over 100 above the number of the next event as well, which is one higher.
    const far = fc.oneof(fc.integer({ min: 102, max: 400 }), fc.constantFrom(5000, 1_500_000, 9e15))
    const step = fc.oneof(
      fc.record({ kind: fc.constant('say' as const), count: fc.integer({ min: 1, max: 60 }) }),
      fc.record({ kind: fc.constant('far' as const), by: far }),
      fc.record({ kind: fc.constant('low' as const), to: low }),
      fc.record({ kind: fc.constant('resume' as const), missed: fc.integer({ min: 0, max: 5 }) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
        const line = new Line()
        const ahead: (readonly number[])[] = []
        let odd = false
        for (const how of steps) {
          if (how.kind === 'say') for (let count = 0; count < how.count; count += 1) line.say()
          if (how.kind === 'resume') line.resume(how.missed)
          // Two in a row that go on from one another nobody can tell from right ones.
          if (how.kind === 'far' && !odd) line.say(line.seq + 1 + how.by)
          if (how.kind === 'low') line.say(Math.min(how.to, line.seq))
          odd = how.kind === 'far'
          const received = line.tracker.received ?? Infinity
          const committed = line.tracker.checkpoint()?.committed ?? Infinity
          if (received > line.seq || committed > line.seq) ahead.push([received, committed, line.seq])
        }
        expect(ahead).toEqual([])
        line.resume()
        expect(line.got.toSorted((a, b) => a - b)).toEqual(line.log.map(({ s }) => s))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a hole that a replay leaves', () => {
  it('GW-35 is reported once, since the connection was lost, and an event that comes late is still dispatched', () => {
    const line = new Line()
    line.say()
    expect(line.resume(3, [4])).toBe(2)
    expect(line.told).toEqual(['the replay left out a number, since 1'])
    expect(line.resume(1)).toBe(6)
    line.send(line.log[2] as WireFrame)
    expect(line.got).toEqual([2, 3, 5, 7, 4])
    expect(line.told).toHaveLength(1)
    line.resume(4, [10, 11])
    expect(line.told[1]).toMatch(/^the replay left out 2 numbers/)
  })

  it('GW-35 is reported when only the number of RESUMED shows it', () => {
    const line = new Line()
    line.say()
    line.resume(2, [3, 4])
    expect(line.told).toEqual(['the replay left out 2 numbers, since 1'])
  })

  it('GW-35 says nothing where numbers are skipped without a replay too', () => {
    const line = new Line()
    line.say()
    line.seq += 1
    for (let count = 0; count < 3; count += 1) line.say()
    line.resume(3, [9])
    expect(line.told).toEqual([])
    expect(line.tracker.committed).toBe(line.seq)
  })

  it('GW-35 belongs to its session', () => {
    const line = new Line()
    line.resume(2, [2])
    line.tracker.begin('t')
    for (const s of [1, 2]) line.tracker.pass(s)
    line.tracker.resuming(2, 7)
    for (const s of [4, 5]) line.tracker.pass(s)
    line.tracker.resumed()
    line.pump()
    expect(line.told).toEqual([
      'the replay left out a number, since 0',
      'the replay left out a number, since 7',
    ])
  })
})
