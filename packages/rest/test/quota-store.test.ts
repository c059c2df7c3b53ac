import type { QuotaRecord, QuotaStore } from '@qqkit/core'
import { ManualClock, quotaStoreContract } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import type { RestOptions } from '../src/index.js'
import { ANCHOR, restHarness, C2C, DM, failure, sent } from './support/rest-harness.js'
import type { Reply } from './support/scripted-dispatcher.js'

const SECOND = 1000
const HOUR = 3_600_000
const untilMidnight = (clock: ManualClock): number => 24 * HOUR - ((clock.wall() + 8 * HOUR) % (24 * HOUR))

/** A database: texts of JSON, `null` for what is not there; it can break down. */
const database = () => {
  const rows = new Map<string, string>()
  const state = { how: 'well' as 'well' | 'fails' | 'hangs' | 'throws' }
  const step = <T>(work: () => T): Promise<T> => {
    if (state.how === 'throws') throw new Error('no database')
    if (state.how === 'hangs') return new Promise(() => {})
    return state.how === 'fails' ? Promise.reject(new Error('no database')) : Promise.resolve().then(work)
  }
  const connect = (): QuotaStore => ({
    load: (key) => step(() => JSON.parse(rows.get(key) ?? 'null') as QuotaRecord | null),
    save: (key, record) => step(() => void rows.set(key, JSON.stringify(record))),
  })
  return { rows, state, connect }
}

describe('contract', () => {
  const make = () => {
    const { connect } = database()
    return { store: connect(), again: connect }
  }
  for (const { name, run } of quotaStoreContract(make)) it(name, run)
})

/** Processes of a bot with one clock and one database. */
const fleet = () => {
  const clock = new ManualClock()
  const base = database()
  const start = (replies: readonly Reply[] = [sent()], options: Partial<RestOptions> = {}) =>
    restHarness(replies, { clock, quotaStore: base.connect(), ...options })
  // Time is the same for all of them.
  const { settle: settled } = restHarness([], { clock })
  return { clock, ...base, start, settled }
}

it('RS-58 daily counts outlive a process, until midnight in China', async () => {
  const { clock, start, settled } = fleet()
  const first = start()
  await settled(first.rest.send(DM, '1'))
  await settled(first.rest.send(DM, '2'))
  await settled(first.rest.close())
  const second = start()
  await expect(settled(second.rest.send(DM, '3'))).rejects.toMatchObject({
    code: 'rate_limited',
    delivered: 'no',
    retryAfter: untilMidnight(clock),
  })
  await settled(second.rest.send({ scene: 'dm', id: 'another' }, '1'))
  await settled(second.rest.send(DM, 'a reply', { anchor: ANCHOR }))
  expect(second.calls).toHaveLength(2)
  await clock.advance(untilMidnight(clock))
  expect(await settled(start().rest.send(DM, '3'))).toMatchObject({ kind: 'sent' })
})

it('RS-58 processes count together, and bots apart', async () => {
  const { start, settled } = fleet()
  const limits = { 'dm.proactive': { requests: 10, windowMs: 24 * HOUR, per: 'bot' } } as const
  const processes = [start([sent()], { limits }), start([sent()], { limits })]
  for (let count = 0; count < 10; count += 1)
    await settled(processes[count % 2]!.rest.send({ scene: 'dm', id: String(count) }, 'hi'))
  for (const { rest } of processes)
    await expect(settled(rest.send(DM, 'hi'))).rejects.toMatchObject({ code: 'rate_limited' })
  const other = start([sent()], { limits, appId: '102000002' })
  expect(await settled(other.rest.send(DM, 'hi'))).toMatchObject({ kind: 'sent' })
})

it('RS-58 concurrent messages are all counted, and refused ones are not', async () => {
  const { start, settled, rows } = fleet()
  const all = Array.from({ length: 5 }, (_, index) =>
    start().rest.send({ scene: 'dm', id: `u${index}` }, 'hi'),
  )
  await settled(Promise.all(all))
  const one = start()
  await settled(
    Promise.all(
      Array.from({ length: 5 }, (_, index) => one.rest.send({ scene: 'c2c', id: `u${index % 2}` }, 'hi')),
    ),
  )
  const refused = start([failure(40034006)])
  await expect(settled(refused.rest.send(C2C, 'hi'))).rejects.toMatchObject({ code: 'content_refused' })
  const counts = [...rows].flatMap(([key, text]) =>
    key.includes('c2c') ? [[key.split(':').at(-1), (JSON.parse(text) as QuotaRecord).messages]] : [],
  )
  expect(Object.fromEntries(counts)).toEqual({ u0: 3, u1: 2 })
})

it('RS-58 replies do not use the store', async () => {
  const { start, settled, state } = fleet()
  state.how = 'throws'
  const { rest, records } = start()
  await settled(rest.send(C2C, 'hi', { anchor: ANCHOR }))
  expect(records.filter(({ level }) => level === 'warn')).toEqual([])
})

it.each(['fails', 'hangs', 'throws'] as const)(
  'RS-58 a store that %s keeps no message back: counted here, told once, and made up for',
  async (how) => {
    const { clock, start, settled, state, rows } = fleet()
    state.how = how
    const { rest, calls, records } = start()
    await settled(rest.send(DM, '1'))
    await settled(rest.send(DM, '2'))
    await clock.advance(5 * SECOND)
    expect(clock.now()).toBeLessThan(20 * SECOND)
    await expect(settled(rest.send(DM, '3'))).rejects.toMatchObject({ code: 'rate_limited' })
    expect(calls).toHaveLength(2)
    expect(records.filter(({ level }) => level === 'warn')).toMatchObject([
      { event: 'rest.quota_store_failed', error: expect.any(Error) },
    ])
    state.how = 'well'
    await settled(rest.send({ scene: 'dm', id: 'another' }, '1'))
    await clock.settle()
    const whole = [...rows].find(([key]) => key.endsWith(':dm.proactive:'))
    expect(JSON.parse(whole?.[1] ?? 'null')).toMatchObject({ messages: 3 })
  },
)

it.each([null, 7, {}, { day: 'never', messages: 9 }, { messages: 9 }, { day: '2026-01-01', messages: 'x' }])(
  'RS-58 a record that is %j counts for nothing',
  async (record) => {
    const { clock, settled } = fleet()
    const quotaStore = { load: () => record as never, save: () => {} }
    const { rest } = restHarness([sent()], { clock, quotaStore })
    expect(await settled(rest.send(DM, '1'))).toMatchObject({ kind: 'sent' })
  },
)
