import { describe, expect, it } from 'vitest'

import { LeaseGate } from '../src/decisions/lease-gate.js'
import { Leeway } from '../src/decisions/leeway.js'
import { PublishLog } from '../src/decisions/publish-log.js'
import { SettledTail } from '../src/decisions/settled-tail.js'
import type { NewEvent } from '../src/queue/event-queue.js'

const event = (body: string): NewEvent => ({ digest: '', conversation: 'c', body })

const logOf = (count: number, mark = 0): PublishLog => {
  const log = new PublishLog()
  log.startAt(mark)
  for (let index = 1; index <= count; index += 1) log.add(event(String(mark + index)))
  return log
}

const bodies = (events: readonly NewEvent[]): string => events.map(({ body }) => body).join(' ')

const confirm = (log: PublishLog, count: number, now = 0): string => {
  const { first } = log.batch(count)
  return bodies(
    log.taken(
      first,
      Array.from({ length: count }, () => 'new' as const),
      now,
    ),
  )
}

describe('RD-06 the log of a publisher', () => {
  it('RD-06 numbers events, and confirms each once', () => {
    const log = logOf(5)
    expect([log.batch(2).first, bodies(log.batch(2).events)]).toEqual([1, '1 2'])
    expect(confirm(log, 2)).toBe('1 2')
    expect([log.batch(9).first, bodies(log.batch(9).events), log.pending]).toEqual([3, '3 4 5', 3])
  })

  it('RD-06 goes on where the server stands, when an answer was lost', () => {
    const log = logOf(4)
    confirm(log, 2)
    expect(log.opened(4)).toEqual({ kind: 'even' })
    expect(bodies(log.batch(9).events)).toBe('3 4')
    expect(bodies(log.taken(3, ['had', 'had'], 0))).toBe('3 4')
  })

  it('RD-06 publishes again what the server has lost, without confirming it twice', () => {
    const log = logOf(4)
    confirm(log, 3)
    expect(log.opened(1)).toEqual({ kind: 'again', count: 2 })
    expect([log.batch(9).first, bodies(log.batch(9).events)]).toEqual([2, '2 3 4'])
    expect(bodies(log.taken(2, ['new', 'new', 'new'], 0))).toBe('4')
    expect([log.pending, log.confirmed]).toEqual([0, 4])
  })

  it('RD-06 publishes everything again to an empty server, if it has everything', () => {
    const log = logOf(3)
    confirm(log, 3)
    expect(log.opened(null)).toEqual({ kind: 'again', count: 3 })
    expect(bodies(log.batch(9).events)).toBe('1 2 3')
  })

  it('RD-06 does not publish confirmed events again to an emptied server', () => {
    const log = logOf(4, 500)
    confirm(log, 3)
    expect(log.opened(null)).toEqual({ kind: 'emptied', lost: 503 })
    expect([log.mark, bodies(log.batch(9).events)]).toEqual([503, '504'])
  })

  it('RD-06 publishes what is left of a longer loss, and counts what is gone', () => {
    const log = logOf(4, 500)
    confirm(log, 3)
    expect(log.opened(400)).toEqual({ kind: 'torn', lost: 100, count: 3 })
    expect([log.mark, bodies(log.batch(9).events)]).toEqual([500, '501 502 503 504'])
  })

  it('RD-06 forgets confirmed events after a minute, and beyond 10 000', () => {
    const log = logOf(3)
    confirm(log, 3, 0)
    log.add(event('4'))
    confirm(log, 1, 59_999)
    expect(log.size).toBe(4)
    log.add(event('5'))
    confirm(log, 1, 119_998)
    expect(log.size).toBe(2)
    const many = logOf(12_000)
    confirm(many, 12_000)
    expect(many.size).toBeLessThanOrEqual(10_999)
    expect(many.size).toBeGreaterThanOrEqual(10_000)
  })
})

describe('RD-07 the gate of a lease', () => {
  it('RD-07 is open from a renewal until two seconds before the lease ends, counted from the start of the renewal', () => {
    const gate = new LeaseGate(15_000)
    expect(gate.isValid(0)).toBe(false)
    gate.renewed(1000)
    expect([gate.isValid(1000), gate.isValid(13_999), gate.isValid(14_000)]).toEqual([true, true, false])
    // An answer that arrives late must not shorten the newer one.
    gate.renewed(5000)
    gate.renewed(2000)
    expect(gate.validUntil).toBe(18_000)
  })
})

describe('RD-08 the settlements of the last minute', () => {
  it('RD-08 are told after a reconnect, and those of the others are asked for ten minutes after the server has lost something', () => {
    const tail = new SettledTail()
    expect([tail.quietFor(0), tail.asks(0)]).toEqual([0, false])
    tail.add('old', 0)
    tail.add('new', 30_000)
    expect(tail.recent(60_000)).toEqual(['new'])
    // A connection that was cut.
    tail.joined(-Infinity)
    expect([tail.quietFor(60_000), tail.asks(60_000)]).toEqual([0, false])
    tail.joined(60_000)
    expect([tail.quietFor(60_000), tail.quietFor(60_400), tail.quietFor(63_000)]).toEqual([3000, 2600, 0])
    expect([tail.asks(61_000), tail.asks(659_999), tail.asks(660_000)]).toEqual([true, true, false])
  })

  it('RD-08 are kept no longer', () => {
    const tail = new SettledTail()
    for (let index = 0; index < 3000; index += 1) tail.add(String(index), index * 100)
    expect(tail.recent(299_900)).toHaveLength(600)
  })
})

describe('RD-24 the leeway of an attempt', () => {
  it('RD-24 is twice what the slowest attempt needs, from 50 to 200 ms, and shrinks slowly', () => {
    const leeway = new Leeway()
    const after = (...needs: readonly number[]): number => {
      for (const ms of needs) leeway.needed(ms)
      return Math.round(leeway.ms)
    }
    expect([after(), after(10), after(40), after(10), after(60_000)]).toEqual([50, 50, 80, 77, 200])
    expect(after(...Array.from({ length: 60 }, () => 5))).toBe(50)
  })
})
