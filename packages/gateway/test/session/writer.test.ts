import type { SessionStore } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { SessionWriter } from '../../src/session/writer.js'
import { ScriptedSlot } from '../support/scripted-slot.js'

const given = ({ eager = true, auto = true } = {}) => {
  const clock = new ManualClock()
  const slot = new ScriptedSlot()
  slot.auto = auto
  const told: string[] = []
  const state: { text: string | null } = { text: 'a' }
  let revision = 0
  const stored: number[] = []
  const store: SessionStore = { durable: eager, open: async () => slot }
  const writer = new SessionWriter({
    store,
    slot,
    clock,
    snapshot: () => ({ text: state.text, revision }),
    onStored: (upTo) => stored.push(upTo),
    onDegraded: (error) => told.push(`degraded: ${(error as Error).message}`),
    onRecovered: () => told.push('recovered'),
  })
  const change = (text: string | null, urgent = false): void => {
    state.text = text
    writer.mark((revision += 1), urgent)
  }
  return { clock, slot, told, stored, writer, change }
}

it('writes a change at once, and the latest of many after that', async () => {
  const { clock, slot, change, writer } = given()
  change('a')
  expect(slot.calls).toEqual(['save a'])
  for (const text of ['b', 'c', 'd']) change(text)
  await clock.advance(99)
  expect(slot.calls).toEqual(['save a'])
  await clock.advance(1)
  expect(slot.calls).toEqual(['save a', 'save d'])
  await clock.advance(1000)
  expect([slot.calls.length, clock.pending]).toEqual([2, 0])
  writer.close()
})

it('GW-17 leaves out the pause when an event waits for what is stored', async () => {
  const { clock, slot, stored, change } = given({ auto: false })
  change('a')
  change('b', true)
  slot.finish()
  await clock.advance(0)
  slot.finish()
  await clock.advance(0)
  expect([slot.calls, stored]).toEqual([
    ['save a', 'save b'],
    [1, 2],
  ])
  change('c', true)
  await clock.advance(0)
  expect(slot.calls.at(-1)).toBe('save c')
})

it('GW-18 many writers of one store write one after the other, each what is newest at its turn', async () => {
  const clock = new ManualClock()
  const slots = Array.from({ length: 5 }, () => new ScriptedSlot())
  const store: SessionStore = { durable: true, open: async () => slots[0] as ScriptedSlot }
  const degraded: number[] = []
  let text = 'old'
  for (const [at, slot] of slots.entries()) {
    slot.auto = false
    const writer = new SessionWriter({
      store,
      slot,
      clock,
      snapshot: () => ({ text, revision: 1 }),
      onStored: () => {},
      onDegraded: () => degraded.push(at),
      onRecovered: () => {},
    })
    writer.mark(1, false)
  }
  text = 'new'
  const calls = (): readonly string[] => slots.flatMap((slot) => slot.calls)
  await clock.settle()
  expect(calls()).toEqual(['save old'])
  slots[0]?.finish()
  await clock.settle()
  expect(calls()).toEqual(['save old', 'save new'])
  // The disk hangs: nobody adds another call, and everybody says so.
  await clock.advance(60_000)
  expect([calls().length, degraded.length]).toEqual([2, 4])
})

it('GW-18 has one write running, however slow it is, and keeps the order', async () => {
  const { clock, slot, change } = given({ auto: false })
  change('a')
  change('b')
  await clock.advance(5000)
  change('c')
  expect(slot.calls).toEqual(['save a'])
  slot.finish()
  await clock.advance(100)
  slot.finish()
  await clock.settle()
  expect([slot.calls, slot.stored, slot.most]).toEqual([['save a', 'save c'], 'c', 1])
})

it('GW-16 writes nothing for a settlement that comes after it was closed', async () => {
  const { clock, slot, change, writer } = given()
  writer.close()
  change('late')
  await clock.advance(60_000)
  expect([slot.calls, clock.pending]).toEqual([[], 0])
})

it('clears the store when there is nothing to keep', async () => {
  const { clock, slot, change } = given()
  change('a')
  await clock.advance(100)
  change(null)
  await clock.advance(100)
  expect([slot.calls, slot.stored]).toEqual([['save a', 'clear'], null])
})

describe('GW-18 a store that fails', () => {
  it('GW-18 is reported once, tried again every 5 s, and reported when it works again', async () => {
    const { clock, slot, change, told } = given()
    slot.failure = new Error('disk full')
    change('a')
    change('b')
    await clock.advance(14_999)
    expect([told, slot.calls.length]).toEqual([['degraded: disk full'], 3])
    slot.failure = null
    await clock.advance(1)
    expect([told, slot.stored]).toEqual([['degraded: disk full', 'recovered'], 'b'])
    slot.failure = new Error('again')
    change('c')
    await clock.advance(100)
    expect(told.at(-1)).toBe('degraded: again')
  })

  it('GW-18 may throw instead of rejecting', async () => {
    const { clock, slot, change, told, writer } = given()
    slot.save = () => {
      throw new Error('broken store')
    }
    change('a')
    await clock.settle()
    expect(told).toEqual(['degraded: broken store'])
    writer.close()
    expect(clock.pending).toBe(0)
  })
})

it('GW-18 reports a write that hangs, and begins no other beside it', async () => {
  const { clock, slot, change, told } = given({ auto: false })
  change('a')
  await clock.advance(10_000)
  change('b')
  await clock.advance(60_000)
  expect([told, slot.calls]).toEqual([['degraded: a write took over 10000 ms'], ['save a']])
  slot.finish()
  await clock.advance(0)
  slot.finish()
  await clock.settle()
  expect([told.at(-1), slot.stored]).toEqual(['recovered', 'b'])
})

describe('waiting until a change is stored', () => {
  it('GW-17 ends when the write that covers it is through, not an earlier one', async () => {
    const { clock, slot, change, writer } = given({ auto: false })
    change('a')
    change('b')
    let landed = false
    const waiting = writer.landed(1000).then(() => (landed = true))
    slot.finish()
    await clock.advance(100)
    expect(landed).toBe(false)
    slot.finish()
    await waiting
    await clock.advance(100)
    expect(clock.pending).toBe(0)
    await writer.landed(1000)
  })

  it('GW-18 ends in time, and at once while the store does not work', async () => {
    const { clock, slot, change, writer } = given({ auto: false })
    change('a')
    let landed = 0
    void writer.landed(1000).then(() => (landed += 1))
    await clock.advance(999)
    expect(landed).toBe(0)
    await clock.advance(1)
    expect(landed).toBe(1)
    void writer.landed(10_000).then(() => (landed += 1))
    slot.fail()
    await clock.settle()
    expect(landed).toBe(2)
    await writer.landed(10_000)
  })

  it('ends when the writer is closed', async () => {
    const { change, writer, clock } = given({ auto: false })
    change('a')
    const waiting = writer.landed(10_000)
    writer.close()
    await waiting
    await writer.landed(10_000)
    await clock.advance(10_000)
    expect(clock.pending).toBe(0)
  })
})

describe('the final flush', () => {
  it('GW-18 stores the last change, without waiting for the pause', async () => {
    const { slot, change, writer, clock } = given()
    change('a')
    change('b')
    expect(await writer.flush(1000)).toBe(true)
    expect(slot.stored).toBe('b')
    writer.close()
    expect(clock.pending).toBe(0)
  })

  it('GW-18 stores what changes while it writes', async () => {
    const { slot, change, writer, clock } = given({ auto: false })
    change('a')
    const flushed = writer.flush(1000)
    change('b')
    slot.finish()
    await clock.settle()
    slot.finish()
    expect([await flushed, slot.stored]).toEqual([true, 'b'])
  })

  it('GW-18 gives up in time when the store hangs, and says so', async () => {
    const { slot, change, writer, clock } = given({ auto: false })
    change('a')
    const flushed = writer.flush(1000)
    await clock.advance(1000)
    expect(await flushed).toBe(false)
    writer.close()
    slot.finish()
    await clock.settle()
    expect([slot.stored, clock.pending]).toEqual(['a', 0])
  })

  it('GW-18 gives up at once when the store fails', async () => {
    const { slot, change, writer, clock } = given()
    slot.failure = new Error('disk full')
    change('a')
    expect(await writer.flush(1000)).toBe(false)
    writer.close()
    expect(await writer.flush(1000)).toBe(false)
    expect(clock.pending).toBe(0)
  })

  it('is the only write of a store that does not outlive the process', async () => {
    const { slot, change, writer, clock } = given({ eager: false })
    for (const text of ['a', 'b', 'c']) change(text)
    await writer.landed(1000)
    expect([slot.calls, clock.pending]).toEqual([[], 0])
    expect(await writer.flush(1000)).toBe(true)
    expect([slot.calls, clock.pending]).toEqual([['save c'], 0])
  })
})

const act = fc.oneof(
  { weight: 4, arbitrary: fc.constant('change' as const) },
  { weight: 3, arbitrary: fc.constant('finish' as const) },
  { weight: 1, arbitrary: fc.constant('fail' as const) },
  { weight: 2, arbitrary: fc.constant('wait' as const) },
)

it('GW-18 property: whatever the store does, writes never overlap or go back in time, and the last one wins', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 40, size: 'max' }), async (acts) => {
      const { clock, slot, change, writer } = given({ auto: false })
      let last = 0
      for (const one of acts) {
        if (one === 'change') change(String((last += 1)))
        else if (one === 'wait') await clock.advance(3000)
        else slot[one]()
        await clock.settle()
      }
      slot.auto = true
      slot.finish()
      await clock.settle()
      await writer.flush(1000)
      writer.close()
      const saved = slot.calls.map((call) => Number(call.slice('save '.length)))
      expect(saved).toEqual([...saved].sort((a, b) => a - b))
      expect([slot.most <= 1, slot.stored ?? '0', clock.pending]).toEqual([true, String(last), 0])
    }),
    { numRuns: 60 },
  )
})
