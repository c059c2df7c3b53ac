import type { LogRecord } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { expect, it } from 'vitest'

import { type GatewayInfo, GatewayLookup } from '../../src/shard/gateway-lookup.js'

const MINUTE = 60_000
const answer = (host = 'a.example'): unknown => ({
  url: `wss://${host}/`,
  shards: 1,
  session_start_limit: { total: 1000, remaining: 998, reset_after: 1000, max_concurrency: 1 },
})
const failure = (access?: string): Error => Object.assign(new Error('refused'), access ? { access } : {})

/** A lookup whose platform answers from a script; an error in it is thrown, a function decides by itself. */
const given = (...script: readonly unknown[]) => {
  const clock = new ManualClock()
  const records: LogRecord[] = []
  const answers: GatewayInfo[] = []
  const signals: (AbortSignal | undefined)[] = []
  const lookup = new GatewayLookup({
    clock,
    log: (record) => records.push(record),
    onAnswer: (info) => answers.push(info),
    access: {
      gateway: async ({ signal } = {}) => {
        const next = script[signals.length]
        signals.push(signal)
        if (next instanceof Error) throw next
        return typeof next === 'function' ? (next as () => unknown)() : next
      },
    },
  })
  return { clock, lookup, records, answers, signals, calls: () => signals.length }
}

it('GW-29 asks once for all shards that ask at the same time', async () => {
  const { lookup, calls, answers } = given(answer())
  const infos = await Promise.all([lookup.get(), lookup.get(), lookup.get()])
  expect(new Set(infos).size).toBe(1)
  expect(calls()).toBe(1)
  expect(answers).toHaveLength(1)
})

it('GW-29 keeps an answer for 5 minutes', async () => {
  const { clock, lookup, calls, answers } = given(answer('a.example'), answer('b.example'))
  await lookup.get()
  await clock.advance(5 * MINUTE - 1)
  expect((await lookup.get()).url).toBe('wss://a.example/')
  expect(calls()).toBe(1)
  await clock.advance(1)
  expect((await lookup.get()).url).toBe('wss://b.example/')
  expect(answers).toHaveLength(2)
})

it('GW-29 lets the last good answer serve when a lookup fails, and says so', async () => {
  const { clock, lookup, records, answers } = given(answer(), failure('unavailable'), '<html>', failure())
  await lookup.get()
  for (let times = 0; times < 3; times += 1) {
    await clock.advance(5 * MINUTE)
    expect((await lookup.get()).url).toBe('wss://a.example/')
  }
  expect(records.map(({ level, event }) => `${level} ${event}`)).toEqual(
    Array.from({ length: 3 }, () => 'warn gateway.lookup_failed'),
  )
  expect(answers).toHaveLength(1)
})

it('GW-29 does not ask again at once after a failure, and waits a minute after a rate limit', async () => {
  const { clock, lookup, calls } = given(answer(), failure(), failure('rate_limited'), answer('b.example'))
  await lookup.get()
  await clock.advance(5 * MINUTE)
  await lookup.get()
  await lookup.get()
  expect(calls()).toBe(2)
  await clock.advance(9999)
  await lookup.get()
  expect(calls()).toBe(2)
  await clock.advance(1)
  await lookup.get()
  expect(calls()).toBe(3)
  await clock.advance(MINUTE - 1)
  await lookup.get()
  expect(calls()).toBe(3)
  await clock.advance(1)
  expect((await lookup.get()).url).toBe('wss://b.example/')
})

it('GW-19 fails as long as there never was a good answer, and asks again each time', async () => {
  const { lookup, calls } = given(null, failure('rate_limited'), answer())
  await expect(lookup.get()).rejects.toMatchObject({ code: 'gateway_unavailable' })
  await expect(lookup.get()).rejects.toMatchObject({ access: 'rate_limited' })
  expect((await lookup.get()).url).toBe('wss://a.example/')
  expect(calls()).toBe(3)
})

const bare = (host = 'a.example'): unknown => ({ url: `wss://${host}/` })

it('GW-32 a good url without limits fails twice, then it is taken carefully, with a warning', async () => {
  const { lookup, calls, answers, records } = given(bare(), bare(), bare())
  for (let times = 0; times < 2; times += 1) {
    await expect(lookup.get()).rejects.toMatchObject({ code: 'gateway_unavailable', access: 'unavailable' })
  }
  expect(records).toEqual([])
  expect(await lookup.get()).toEqual({
    url: 'wss://a.example/',
    shards: 1,
    limit: { total: 1000, remaining: 1000, resetAfter: 86_400_000, maxConcurrency: 1 },
  })
  expect(records).toMatchObject([
    { level: 'warn', event: 'gateway.limits_unknown', error: { code: 'gateway_unavailable' } },
  ])
  await lookup.get()
  expect(calls()).toBe(3)
  expect(answers).toHaveLength(1)
})

it('GW-32 while it lasts a further one is taken at once, and made-up limits are told once', async () => {
  const told = { ...(bare('c.example') as object), session_start_limit: { remaining: 0, reset_after: 3000 } }
  const { clock, lookup, answers, records } = given(bare(), bare(), bare(), bare('b.example'), told)
  for (let times = 0; times < 2; times += 1) await lookup.get().catch(() => {})
  await lookup.get()
  await clock.advance(5 * MINUTE)
  expect((await lookup.get()).url).toBe('wss://b.example/')
  expect(answers).toHaveLength(1)
  await clock.advance(5 * MINUTE)
  expect((await lookup.get()).url).toBe('wss://c.example/')
  expect(answers).toHaveLength(2)
  expect(answers[1]?.limit).toMatchObject({ remaining: 0, resetAfter: 3000, maxConcurrency: 1 })
  expect(records).toHaveLength(3)
})

it('GW-32 a whole answer ends it: the next doubtful ones fail again, and the last whole one serves', async () => {
  const script = [bare(), bare(), bare(), answer('w.example'), bare('d.example')]
  const { clock, lookup, answers, records } = given(...script)
  for (let times = 0; times < 2; times += 1) await lookup.get().catch(() => {})
  await lookup.get()
  await clock.advance(5 * MINUTE)
  expect((await lookup.get()).url).toBe('wss://w.example/')
  expect(answers.at(-1)?.limit.remaining).toBe(998)
  await clock.advance(5 * MINUTE)
  expect((await lookup.get()).url).toBe('wss://w.example/')
  expect(records.map(({ event }) => event)).toEqual(['gateway.limits_unknown', 'gateway.lookup_failed'])
})

it('GW-32 after whole answers the third doubtful one is taken with the count that the platform told last', async () => {
  const { clock, lookup, answers } = given(answer(), bare('b.example'), bare('b.example'), bare('b.example'))
  await lookup.get()
  for (let times = 0; times < 2; times += 1) {
    await clock.advance(5 * MINUTE)
    expect((await lookup.get()).url).toBe('wss://a.example/')
  }
  await clock.advance(5 * MINUTE)
  expect((await lookup.get()).url).toBe('wss://b.example/')
  expect(answers).toHaveLength(2)
  expect(answers[1]?.limit).toEqual({ total: 1000, remaining: 998, resetAfter: 0, maxConcurrency: 1 })
})

it('GW-32 failures of another kind in between count for nothing', async () => {
  const { lookup, calls } = given(bare(), failure(), null, bare(), failure('rate_limited'), bare())
  for (let times = 0; times < 5; times += 1) await expect(lookup.get()).rejects.toBeInstanceOf(Error)
  expect((await lookup.get()).url).toBe('wss://a.example/')
  expect(calls()).toBe(6)
})

it('ST-01 passes a fatal failure on even if an old answer could serve', async () => {
  const { clock, lookup } = given(answer(), failure('fatal'))
  await lookup.get()
  await clock.advance(5 * MINUTE)
  await expect(lookup.get()).rejects.toMatchObject({ access: 'fatal' })
})

it('ST-02 lets a waiter that aborts go at once, and the others wait on', async () => {
  let finish: (value: unknown) => void = () => {}
  const pending = new Promise((resolve) => (finish = resolve))
  const { lookup, signals, calls } = given(async () => pending)
  const controller = new AbortController()
  const leaver = lookup.get({ signal: controller.signal })
  const stayer = lookup.get()
  controller.abort('bye')
  await expect(leaver).rejects.toBe('bye')
  expect(signals[0]?.aborted).toBe(false)
  finish(answer())
  expect((await stayer).url).toBe('wss://a.example/')
  await expect(lookup.get({ signal: AbortSignal.abort('gone') })).rejects.toBe('gone')
  expect(calls()).toBe(1)
})

it('ST-02 stops the request when nobody waits any more, without blaming the platform', async () => {
  const hang = async (): Promise<unknown> =>
    new Promise((_resolve, reject) =>
      signals[1]?.addEventListener('abort', () => reject(new Error('stopped'))),
    )
  const { clock, lookup, records, signals } = given(answer(), hang, answer('b.example'))
  await lookup.get()
  await clock.advance(5 * MINUTE)
  const controller = new AbortController()
  const waiting = lookup.get({ signal: controller.signal })
  controller.abort('bye')
  await expect(waiting).rejects.toBe('bye')
  expect(signals[1]?.aborted).toBe(true)
  expect(records).toEqual([])
  expect((await lookup.get()).url).toBe('wss://b.example/')
})

it('GW-19 takes an access that throws at once like one that rejects', async () => {
  const { clock } = given()
  const lookup = new GatewayLookup({
    clock,
    log: () => {},
    access: {
      gateway: () => {
        throw failure('fatal')
      },
    },
  })
  await expect(lookup.get()).rejects.toMatchObject({ access: 'fatal' })
})
