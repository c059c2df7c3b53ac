import type { LimitOutcome } from '@qqkit/core'
import { limiterContract, ManualClock } from '@qqkit/core/testing'
import { rateLimits } from '@qqkit/protocol'
import { startSimulator } from '@qqkit/simulator'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { Rest, type RestError, WindowLimiter } from '../src/index.js'
import { dayOf } from '../src/limits/windows.js'
import { ANCHOR, restHarness, C2C, CHANNEL, failure, sent } from './support/rest-harness.js'
import type { Reply } from './support/scripted-dispatcher.js'

const PAIR = { pair: { requests: 2, windowMs: 1000, per: 'channel' } } as const
const scope = { routeClass: 'pair', target: 'a', priority: 1, maxWait: Infinity }
const DAY = 86_400_000
const forever = new AbortController().signal

describe('contract', () => {
  const make = () => {
    const clock = new ManualClock()
    return {
      limiter: new WindowLimiter({ clock, limits: PAIR, concurrency: 64 }),
      pass: (ms: number) => clock.advance(ms),
    }
  }
  for (const { name, run } of limiterContract(make)) it(name, run)
})

it('never grants more than the limit in any window, whatever comes', async () => {
  const arrival = fc.record({
    gap: fc.integer({ min: 0, max: 400 }),
    target: fc.constantFrom('a', 'b'),
    priority: fc.integer({ min: 0, max: 2 }),
    takes: fc.integer({ min: 0, max: 600 }),
    outcome: fc.constantFrom<LimitOutcome>({ kind: 'sent' }, { kind: 'limited', retryAfter: 500 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(arrival, { maxLength: 40 }), async (arrivals) => {
      const clock = new ManualClock()
      const limiter = new WindowLimiter({ clock, limits: PAIR, concurrency: 3 })
      const grants: { at: number; target: string }[] = []
      let open = 0
      let most = 0
      const runs = []
      for (const { gap, target, priority, takes, outcome } of arrivals) {
        await clock.advance(gap)
        runs.push(
          limiter.acquire({ ...scope, target, priority }, forever).then((permit) => {
            grants.push({ at: clock.now(), target })
            open += 1
            most = Math.max(most, open)
            clock.setTimer(takes, () => {
              open -= 1
              if (permit.granted) permit.settle(outcome)
            })
          }),
        )
      }
      await clock.settle()
      while (await clock.step()) await clock.settle()
      await Promise.all(runs)
      expect(most).toBeLessThanOrEqual(3)
      expect(grants).toHaveLength(arrivals.length)
      for (const target of ['a', 'b']) {
        const times = grants.filter((grant) => grant.target === target).map(({ at }) => at)
        for (const [index, at] of times.entries())
          expect((times[index + 2] ?? Infinity) - at).toBeGreaterThanOrEqual(1000)
      }
      expect(limiter.snapshot()).toEqual({ busy: 0, waiting: 0 })
      expect(clock.pending).toBe(0)
    }),
    { numRuns: 100 },
  )
})

describe('RS-50 a quota counts a message from its answer', () => {
  it.each([
    [
      'of a second',
      { requests: 2, windowMs: 1000, per: 'user' },
      300,
      (first: number, third: number) => third - first >= 1000,
    ],
    [
      'of a day',
      { requests: 2, windowMs: DAY, per: 'user' },
      DAY / 10,
      (first: number, third: number) => dayOf(first) !== dayOf(third),
    ],
  ] as const)(
    'RS-50 a quota %s is never exceeded, whenever a message arrives between its grant and its answer',
    async (_, limit, unit, mayFollow) => {
      const message = fc.record({
        gap: fc.integer({ min: 0, max: unit }),
        target: fc.constantFrom('a', 'b'),
        takes: fc.integer({ min: 0, max: 8 * unit }),
        /** Part of that time after which the platform has it. */
        arrives: fc.constantFrom(0, 0.5, 1),
        outcome: fc.constantFrom<LimitOutcome>(
          { kind: 'sent' },
          { kind: 'sent' },
          { kind: 'not_sent' },
          { kind: 'limited', retryAfter: unit },
        ),
      })
      await fc.assert(
        fc.asyncProperty(fc.array(message, { maxLength: 30 }), async (messages) => {
          const clock = new ManualClock()
          const limiter = new WindowLimiter({
            clock,
            limits: { pair: limit },
            concurrency: Infinity,
            countsFrom: 'answer',
          })
          const arrivals: { at: number; target: string }[] = []
          const runs = []
          for (const { gap, target, takes, arrives, outcome } of messages) {
            await clock.advance(gap)
            runs.push(
              limiter.acquire({ ...scope, target }, forever).then((permit) => {
                if (outcome.kind !== 'not_sent')
                  arrivals.push({ at: clock.wall() + Math.round(takes * arrives), target })
                clock.setTimer(takes, () => permit.granted && permit.settle(outcome))
              }),
            )
          }
          await clock.settle()
          while (await clock.step()) await clock.settle()
          await Promise.all(runs)
          for (const target of ['a', 'b']) {
            const times = arrivals
              .filter((one) => one.target === target)
              .map(({ at }) => at)
              .toSorted((one, other) => one - other)
            const faults = times.filter(
              (at, index) => times[index + 2] !== undefined && !mayFollow(at, times[index + 2]!),
            )
            expect(faults).toEqual([])
          }
          expect(limiter.snapshot()).toEqual({ busy: 0, waiting: 0 })
          expect(clock.pending).toBe(0)
        }),
        { numRuns: 200 },
      )
    },
  )
})

it('lets the more urgent call go first when attempts at once are the bottleneck', async () => {
  const clock = new ManualClock()
  const limiter = new WindowLimiter({ clock, limits: {}, concurrency: 1 })
  const log: string[] = []
  const first = await limiter.acquire({ ...scope, routeClass: 'x' }, forever)
  const take = async (name: string, priority: number): Promise<void> => {
    const permit = await limiter.acquire({ ...scope, routeClass: name, priority }, forever)
    log.push(name)
    if (permit.granted) permit.settle({ kind: 'sent' })
  }
  const all = [take('send', 1), take('background', 2), take('ack', 0)]
  await clock.settle()
  expect(log).toEqual([])
  if (first.granted) first.settle({ kind: 'sent' })
  await Promise.all(all)
  expect(log).toEqual(['ack', 'send', 'background'])
})

it('forgets targets that no longer matter', async () => {
  const clock = new ManualClock()
  const limiter = new WindowLimiter({ clock, limits: PAIR, concurrency: 10_000 })
  for (let i = 0; i < 5000; i += 1) {
    const permit = await limiter.acquire({ ...scope, target: String(i) }, forever)
    if (permit.granted) permit.settle({ kind: 'sent' })
    if (i % 500 === 0) await clock.advance(2000)
  }
  expect(limiter.snapshot()).toEqual({ busy: 0, waiting: 0 })
  expect(limiter.size).toBeLessThan(2000)
})

it('keeps sends to one channel inside the documented five per second, and others apart', async () => {
  const { rest, clock, calls, settle } = restHarness([sent()])
  const sends = Array.from({ length: 12 }, () => rest.send(CHANNEL, 'hi'))
  const other = rest.send({ scene: 'channel', id: '999' }, 'hi')
  await clock.settle()
  expect(calls).toHaveLength(6)
  await clock.advance(1000)
  expect(calls).toHaveLength(11)
  await settle(Promise.all([...sends, other]))
  expect(calls).toHaveLength(13)
  expect(clock.now()).toBe(2000)
})

it('with whenLimited "reject" rejects at once, with the time until there is room', async () => {
  const { rest, calls } = restHarness([sent()], { whenLimited: 'reject' })
  await Promise.all(Array.from({ length: 5 }, () => rest.send(CHANNEL, 'hi')))
  await expect(rest.send(CHANNEL, 'hi')).rejects.toMatchObject({
    code: 'rate_limited',
    situation: 'limited',
    delivered: 'no',
    httpStatus: null,
    retryAfter: 1000,
    steps: [],
  })
  expect(calls).toHaveLength(5)
})

it('with whenLimited "reject" rejects a 429 at once as well', async () => {
  const { rest, calls, settle } = restHarness([{ status: 429, headers: { 'retry-after': '7' } }], {
    whenLimited: 'reject',
  })
  await expect(settle(rest.send(C2C, 'hi'))).rejects.toMatchObject({ situation: 'limited', retryAfter: 7000 })
  expect(calls).toHaveLength(1)
})

it('does not begin a wait that cannot end in time', async () => {
  const { rest, clock } = restHarness([sent()])
  await Promise.all(Array.from({ length: 5 }, () => rest.send(CHANNEL, 'hi')))
  await expect(rest.send(CHANNEL, 'hi', { timeout: 500 })).rejects.toMatchObject({ code: 'rate_limited' })
  expect(clock.now()).toBe(0)
})

it('RS-08 RS-47 a 429 on one call holds back the others to the same user', async () => {
  const { rest, clock, calls, settle } = restHarness((_, index) =>
    index === 0 ? { status: 429, headers: { 'retry-after': '5' } } : sent(),
  )
  const first = rest.send(C2C, 'a', { anchor: ANCHOR })
  await clock.settle()
  const second = rest.send(C2C, 'b', { anchor: ANCHOR })
  await rest.send({ scene: 'c2c', id: 'another' }, 'c', { anchor: { msgId: 'another' } })
  await clock.advance(4999)
  expect(calls).toHaveLength(2)
  await settle(Promise.all([first, second]))
  expect(clock.now()).toBe(5000)
})

it('RS-47 429s to several users in a row hold back all', async () => {
  const { rest, clock, calls, settle } = restHarness((_, index) =>
    index < 3 ? { status: 429, headers: { 'retry-after': '5' } } : sent(),
  )
  const send = (id: string) => rest.send({ scene: 'c2c', id }, 'a', { anchor: { msgId: id } })
  const refused = ['a', 'b', 'c'].map(send)
  await clock.settle()
  const next = send('d')
  await clock.advance(4999)
  expect(calls).toHaveLength(3)
  await settle(Promise.all([...refused, next]))
  expect(calls).toHaveLength(7)
})

it('lets the bot, an admin like any other, create ten schedules a day in all of its channels', async () => {
  const { rest, clock, calls } = restHarness([{ status: 200, body: {} }])
  const create = (channel: string) =>
    rest.request('POST /channels/{channel_id}/schedules', { params: { channel_id: channel } })
  await Promise.all(Array.from({ length: 10 }, (_, index) => create(`channel-${index}`)))
  await expect(create('channel-10')).rejects.toMatchObject({
    code: 'rate_limited',
    message: expect.stringContaining('schedules.admin'),
    retryAfter: 86_400_000,
  })
  expect(calls).toHaveLength(10)
  await clock.advance(86_400_000)
  await create('channel-10')
})

it('counts permission demands per guild', async () => {
  const { rest } = restHarness([{ status: 200, body: {} }])
  const demand = (guild: string) =>
    rest.request('POST /guilds/{guild_id}/api_permission/demand', { params: { guild_id: guild } })
  await Promise.all(['a', 'a', 'a', 'b'].map(demand))
  await expect(demand('a')).rejects.toMatchObject({ code: 'rate_limited' })
  await demand('b')
})

it('limits can be lifted, changed and replaced', async () => {
  const free = restHarness([sent()], { limits: false })
  await Promise.all(Array.from({ length: 20 }, () => free.rest.send(CHANNEL, 'hi')))
  expect(free.clock.now()).toBe(0)

  const strict = restHarness([sent()], {
    limits: { 'c2c.messages': { requests: 1, windowMs: 1000, per: 'bot' }, 'channel.messages': null },
  })
  await Promise.all(Array.from({ length: 20 }, () => strict.rest.send(CHANNEL, 'hi')))
  await strict.settle(Promise.all([strict.rest.send(C2C, 'a'), strict.rest.send(C2C, 'b')]))
  expect(strict.clock.now()).toBe(1000)

  const asked: unknown[] = []
  const own = restHarness([sent()], {
    limiter: {
      acquire: async (wanted) => {
        asked.push(wanted)
        return { granted: true, settle: () => {} }
      },
    },
  })
  await own.rest.send(CHANNEL, 'hi')
  expect(asked).toEqual([
    {
      routeClass: 'channel.messages',
      target: CHANNEL.id,
      priority: 1,
      proactive: true,
      maxWait: 60_000,
    },
  ])
})

it('RS-14 settles every permit, whatever the result of the attempt', async () => {
  for (const reply of ['refused', 'reset', 'hang', 'half', failure(500), sent(), { status: 429 }] as const) {
    const clock = new ManualClock()
    const limiter = new WindowLimiter({ clock, limits: rateLimits, concurrency: 4 })
    const made = restHarness([reply], { limiter, retry: { maxAttempts: 2 } })
    const sends = Array.from({ length: 12 }, () => made.rest.send(C2C, 'hi').catch(() => null))
    await made.settle(Promise.all(sends))
    expect(limiter.snapshot()).toEqual({ busy: 0, waiting: 0 })
  }
})

it('RS-14 an attempt that was never sent frees its place in the window', async () => {
  const { rest, clock, settle } = restHarness((_, index) => (index < 5 ? 'refused' : sent()), {
    random: () => 0,
  })
  const failed = Promise.all(
    Array.from({ length: 5 }, () => rest.send(CHANNEL, 'hi', { timeout: 200 }).catch(() => null)),
  )
  await settle(failed)
  const before = clock.now()
  await Promise.all(Array.from({ length: 5 }, () => rest.send(CHANNEL, 'hi')))
  expect(clock.now()).toBe(before)
})

describe('RS-57 a call that need not wait for its permit', () => {
  const REPLIES: readonly Reply[] = [
    sent(),
    failure(22006),
    { status: 429 },
    'reset',
    'refused',
    { status: 401 },
  ]

  /** The results and permits of sends whose limiter grants at once, or after a wait. */
  const run = async (replies: readonly Reply[], atOnce: boolean) => {
    const outcomes: LimitOutcome[] = []
    const place = { granted: true, settle: (outcome: LimitOutcome) => void outcomes.push(outcome) } as const
    const limiter = { acquire: async () => place, ...(atOnce && { take: () => place }) }
    const { rest, calls, clock, settle } = restHarness(replies, { limiter })
    const results: unknown[] = []
    for (const _ of replies) {
      const sending = rest.send(C2C, 'hi', { anchor: ANCHOR })
      results.push(
        await settle(sending.catch((error: RestError) => [error.code, error.delivered, error.steps])),
      )
    }
    return { results, outcomes, calls: calls.length, time: clock.now() }
  }

  it('property: ends as one that waits, and settles as many permits', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...REPLIES), { minLength: 1, maxLength: 6 }),
        async (replies) => {
          expect(await run(replies, true)).toEqual(await run(replies, false))
        },
      ),
      { numRuns: 30 },
    )
  })

  it('fails with the error of a limiter that throws, and leaves no timer', async () => {
    const broken = (): never => {
      throw new Error('a limiter of one’s own')
    }
    for (const limiter of [{ acquire: broken }, { acquire: broken, take: broken }]) {
      const { rest, clock } = restHarness([sent()], { limiter })
      await expect(rest.send(C2C, 'hi')).rejects.toThrow('one’s own')
      expect(clock.pending).toBe(0)
    }
  })

  it('asks again for a refusal of `take`, which tells when there is room', async () => {
    const refusal = { granted: false, retryAfter: 5000 } as const
    const limiter = { acquire: async () => refusal, take: () => refusal as never }
    const { rest } = restHarness([sent()], { limiter })
    await expect(rest.send(C2C, 'hi')).rejects.toMatchObject({ code: 'rate_limited', retryAfter: 5000 })
  })
})

describe('RS-14 an attempt that is about to leave too late for its permit', () => {
  it('RS-14 gives it back and asks for another, so that no window is exceeded', async () => {
    const left: number[] = []
    const clock = new ManualClock()
    // The first five wait at their gate until the window of the next five has come.
    const opened = new Promise<void>((resolve) => void clock.setTimer(950, resolve))
    let passed = 0
    const gate = { pass: () => ((passed += 1) <= 5 ? opened : undefined) }
    const { rest, calls, settle } = restHarness([sent()], { clock })
    await settle(
      Promise.all(
        Array.from({ length: 10 }, async () => {
          await rest.send(CHANNEL, 'hi', { gate })
          left.push(clock.now())
        }),
      ),
    )
    expect(left.filter((at, index) => (left[index + 5] ?? Infinity) - at < 1000)).toEqual([])
    expect([left.length, calls.length, passed]).toEqual([10, 10, 15])
  })

  it('RS-14 leaves with its third permit in any case, and settles all of them', async () => {
    const clock = new ManualClock()
    const outcomes: LimitOutcome[] = []
    const place = {
      granted: true,
      settle: (outcome: LimitOutcome) => void outcomes.push(outcome),
      isLate: () => true,
    } as const
    const { rest, calls } = restHarness([sent()], { clock, limiter: { acquire: async () => place } })
    let passed = 0
    await rest.send(C2C, 'hi', { gate: { pass: async () => void (passed += 1) } })
    expect([passed, calls.length]).toEqual([3, 1])
    expect(outcomes.map(({ kind }) => kind)).toEqual(['not_sent', 'not_sent', 'sent'])
  })

  it('RS-14 is held back over sockets when sending begins, and reaches the platform once', async () => {
    const sim = await startSimulator({ page: false, limits: false })
    const { appId, secret } = sim.credentials
    const outcomes: LimitOutcome[] = []
    const place = {
      granted: true,
      settle: (outcome: LimitOutcome) => void outcomes.push(outcome),
      isLate: () => true,
    } as const
    const rest = new Rest({ appId, secret, baseUrl: sim.url, limiter: { acquire: async () => place } })
    await rest.send({ scene: 'c2c', id: sim.user('ann').id }, 'hi')
    expect(outcomes.map(({ kind }) => kind)).toEqual(['not_sent', 'not_sent', 'sent'])
    expect(sim.log.of('call').filter(({ route }) => route === 'c2c.send')).toHaveLength(1)
    await rest.close()
    await sim.close()
  })

  it('RS-14 is not held back by a dispatcher that says at its answer that a request begins', async () => {
    const outcomes: LimitOutcome[] = []
    const place = {
      granted: true,
      settle: (outcome: LimitOutcome) => void outcomes.push(outcome),
      isLate: () => true,
    } as const
    const { rest, calls } = restHarness([sent()], { limiter: { acquire: async () => place } })
    await rest.send(C2C, 'hi')
    expect([calls.length, outcomes.map(({ kind }) => kind)]).toEqual([1, ['sent']])
  })
})
