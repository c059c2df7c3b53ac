import process from 'node:process'

import { type Clock, type LimitOutcome, type LimitPermit, type LogRecord, systemClock } from '@qqkit/core'
import { identifyPermitsContract, limiterContract, ManualClock, seededRandom } from '@qqkit/core/testing'
import { Rest } from '@qqkit/rest'
import { createMemorySimulator } from '@qqkit/simulator'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { Connection } from '../src/port/connection.js'
import { RedisIdentifyPermits } from '../src/state/identify-permits.js'
import { qqkitRedis } from '../src/qqkit-redis.js'
import { ServerTime } from '../src/queue/server-time.js'
import { LimitMember } from '../src/state/limit-member.js'
import { RedisLimiter, type RedisLimiterDeps } from '../src/state/limiter.js'
import { CountingLink, passOn } from './support/counting-link.js'
import { ports } from './support/port-of.js'
import { redisOfTests } from './support/redis-of-tests.js'
import { RedisServer } from './support/redis-server.js'
import { RedisStage } from './support/redis-stage.js'
import {
  lateStepBack,
  limiterNights,
  LimiterNight,
  type LimiterStep,
  setBackUnseen,
} from './support/limiter-night.js'

const { server } = redisOfTests()
let connections: Connection[] = []

const connect = (to: RedisServer = server): Connection => {
  const connection = new Connection({
    port: ports.ioredis(to.socket),
    clock: systemClock,
    random: Math.random,
    commandTimeout: 5000,
  })
  connections.push(connection)
  return connection
}
beforeEach(() => {
  connections = []
})
afterEach(() => {
  for (const connection of connections) connection.close()
})

/** More with `FC_RUNS=2000`. */
const RUNS = Number(process.env['FC_RUNS'] ?? 40)

let bots = 0

const countingLink = (): CountingLink => new CountingLink(connect().command)

/** What a test says of a limiter; `now` stands for the clock of the server. */
interface Setting extends Partial<
  Pick<RedisLimiterDeps, 'send' | 'log' | 'limits' | 'concurrency' | 'reserved' | 'countsFrom'>
> {
  readonly prefix?: string
  readonly process?: string
  readonly clock?: Clock
  readonly now?: (() => number) | undefined
}

const makeLimiter = (over: Setting = {}) => {
  const link = countingLink()
  const own = new ManualClock()
  const { prefix = `bot${++bots}:`, process = 'p', clock = own, send = link.send, now, ...rest } = over
  const time = new ServerTime({ key: `${prefix}clock`, clock, now: 'now' in over ? now : () => own.wall() })
  const member = new LimitMember({ send, prefix, clock, time, process })
  const limiter = new RedisLimiter({
    send,
    prefix,
    clock,
    time,
    member,
    process,
    log: () => {},
    limits: { pair: { requests: 2, windowMs: 1000, per: 'user' } },
    concurrency: 64,
    reserved: 8,
    ...rest,
  })
  return { limiter, member, clock: own, pass: passOn(own, link) }
}

describe('RD-24 a limiter', () => {
  for (const { name, run } of limiterContract(() => makeLimiter())) it(`RD-24 ${name}`, run)

  const signal = new AbortController().signal
  const scope = { routeClass: 'pair', target: 'a', priority: 1, maxWait: 0 }

  it('RD-24 keeps no process from ending that stops while Redis is away', async () => {
    const clock = new ManualClock()
    const client = { duplicate: async () => Promise.reject(new Error('no server')) }
    const redis = qqkitRedis({ appId: 'bot', client, clock, log: () => {} })
    const asking = redis.limiter().acquire({ ...scope, routeClass: 'c2c.messages', maxWait: 5000 }, signal)
    await clock.advance(10_000)
    await asking
    expect(clock.pending).toBeGreaterThan(0)
    await redis.close()
    await clock.advance(10_000)
    expect(clock.pending).toBe(0)
  })

  it('RD-24 counts for all processes together: no more in any window, though they leave late, and 95 % of what there is', async () => {
    const prefix = `bot${++bots}:`
    const clock = new ManualClock()
    const link = countingLink()
    const limits = { pair: { requests: 100, windowMs: 1000, per: 'bot' } }
    const ended = new AbortController()
    const random = seededRandom(5)
    const left: number[] = []
    const sends = async ({ limiter }: ReturnType<typeof makeLimiter>): Promise<void> => {
      while (!ended.signal.aborted) {
        const place = await limiter.acquire({ ...scope, maxWait: 60_000 }, ended.signal)
        if (!place.granted) continue
        clock.setTimer(random() * 60, () => {
          if (place.isLate?.()) return place.settle({ kind: 'not_sent' })
          left.push(clock.now())
          place.settle({ kind: 'sent' })
        })
      }
    }
    const processes = Array.from({ length: 8 }, (_, index) =>
      makeLimiter({ prefix, clock, send: link.send, now: () => clock.wall(), process: `p${index}`, limits }),
    )
    for (const one of processes) sends(one).catch(() => {})
    const seconds = 8
    await passOn(clock, link)(seconds * 1000)
    ended.abort()
    for (const at of left)
      expect(left.filter((one) => one > at - 1000 && one <= at).length).toBeLessThanOrEqual(100)
    expect(left.length).toBeGreaterThanOrEqual(95 * seconds)
  })

  it('RD-24 never exceeds a window when the clock of the server is set back, and waits no longer than one', async () => {
    const prefix = `bot${++bots}:`
    const clock = new ManualClock()
    let offset = 0
    const processes = Array.from({ length: 8 }, (_, index) =>
      makeLimiter({
        prefix,
        clock,
        now: () => clock.wall() + offset,
        process: `p${index}`,
        limits: { pair: { requests: 10, windowMs: 1000, per: 'bot' } },
      }),
    )
    const random = seededRandom(7)
    const grants: number[] = []
    const byProcess = new Map<number, number>()
    for (let turn = 0; turn < 120; turn += 1) {
      if (turn % 30 === 25) offset -= random() * 3_600_000
      const order = [...processes.keys()].toSorted(() => random() - 0.5)
      for (const index of order) {
        const answer = await processes[index]!.limiter.acquire(scope, signal)
        if (!answer.granted) continue
        grants.push(clock.now())
        byProcess.set(index, (byProcess.get(index) ?? 0) + 1)
      }
      await clock.advance(100)
    }
    for (const at of grants)
      expect(grants.filter((one) => one > at - 1000 && one <= at).length).toBeLessThanOrEqual(10)
    // Each time costs at most the rest of a window.
    expect(grants.length).toBeGreaterThanOrEqual(80)
    // No process is left out.
    expect(byProcess.size).toBe(8)
  })

  it('RD-24 holds no longer than it was told when the clock is set back', async () => {
    const clock = new ManualClock()
    let offset = 0
    const { limiter } = makeLimiter({ clock, now: () => clock.wall() + offset })
    const place = await limiter.acquire(scope, signal)
    if (place.granted) place.settle({ kind: 'limited', retryAfter: 5000 })
    offset = -3_600_000
    const refusal = await limiter.acquire(scope, signal)
    expect(refusal).toMatchObject({ granted: false, retryAfter: 5000 })
    await clock.advance(5000)
    expect(await limiter.acquire(scope, signal)).toMatchObject({ granted: true })
  })

  it('RD-24 RS-14 gives permits that are late by when they were asked for, first after 50 ms, and leaves more time to attempts that need it', async () => {
    const clock = new ManualClock()
    const link = countingLink()
    let stands = 0
    const send: RedisLimiterDeps['send'] = async (...args) => {
      const answer = await link.send(...args)
      // The process stands still before it reads the answer.
      await clock.advance(stands)
      return answer
    }
    const { limiter } = makeLimiter({ clock, send, now: () => clock.wall() })
    const isLateAfter = async (answerMs: number, more: number): Promise<boolean | undefined> => {
      stands = answerMs
      const place = await limiter.acquire({ ...scope, maxWait: 5000 }, signal)
      await clock.advance(more)
      const late = place.granted ? place.isLate?.() : undefined
      stands = 0
      if (place.granted) place.settle({ kind: 'not_sent' })
      await passOn(clock, link)(0)
      return late
    }
    expect(await isLateAfter(30, 20)).toBe(false)
    expect(await isLateAfter(60, 50)).toBe(true)
    expect(await isLateAfter(60, 50)).toBe(false)
    // Never longer than the time that the server itself has.
    expect(await isLateAfter(150, 51)).toBe(true)
    expect(await isLateAfter(150, 51)).toBe(true)
    expect(await isLateAfter(150, 50)).toBe(false)
  })

  it('RD-24 RS-14 gives permits alone that are late 200 ms after they were taken, not after the server was asked', async () => {
    const clock = new ManualClock()
    const link = countingLink()
    let away = false
    const { limiter } = makeLimiter({
      clock,
      send: async (...args) => (away ? new Promise(() => {}) : link.send(...args)),
      now: () => clock.wall(),
      limits: { pair: { requests: 8, windowMs: 1000, per: 'bot' } },
    })
    await limiter.acquire(scope, signal)
    away = true
    await clock.advance(20_000)
    const asking = limiter.acquire(scope, signal)
    await clock.advance(250)
    const place = await asking
    const late = (): boolean | undefined => (place.granted ? place.isLate?.() : undefined)
    expect(late()).toBe(false)
    await clock.advance(151)
    expect(late()).toBe(true)
  })

  it('RD-44 counts proactive messages of all processes together, beside their attempts', async () => {
    const stage = new RedisStage(server)
    const quotas = { 'c2c.proactive': [{ requests: 3, windowMs: 60_000, per: 'user' }] }
    const limiters = [1, 2].map(() => stage.process().limiter({ quotas }))
    const ask = async (target: string) =>
      Promise.all(
        [0, 1, 0, 1, 0].map(async (index) =>
          limiters[index]!.quotas!.acquire({ ...scope, routeClass: 'c2c.proactive', target }, signal),
        ),
      )
    const granted = (await ask('ann')).filter((one) => one.granted)
    expect([granted.length, (await ask('bob')).filter((one) => one.granted).length]).toEqual([3, 3])
    // One that was not accepted frees its place.
    const [first] = granted
    if (first?.granted) first.settle({ kind: 'not_sent' })
    expect((await ask('ann')).filter((one) => one.granted).length).toBe(1)
    await stage.dispose()
  })

  it(
    'RD-44 goes over no quota, whenever a message arrives between its grant and its answer',
    async () => {
      const message = fc.record({
        gap: fc.integer({ min: 0, max: 300 }),
        process: fc.nat(2),
        takes: fc.integer({ min: 0, max: 2500 }),
        /** Part of that time after which the platform has it. */
        arrives: fc.constantFrom(0, 0.5, 1),
        outcome: fc.constantFrom<LimitOutcome>({ kind: 'sent' }, { kind: 'sent' }, { kind: 'not_sent' }),
      })
      // The third is granted when the others are older than the window, and all arrive together.
      const threeAtOnce = [2500, 2500, 1500].map((takes) => ({
        gap: 0,
        process: 0,
        takes,
        arrives: 1 as const,
        outcome: { kind: 'sent' } as const,
      }))
      const link = countingLink()
      await fc.assert(
        fc.asyncProperty(fc.array(message, { maxLength: 20, size: 'max' }), async (messages) => {
          const prefix = `bot${++bots}:`
          const clock = new ManualClock()
          const pass = passOn(clock, link)
          const processes = [0, 1, 2].map((index) =>
            makeLimiter({
              prefix,
              clock,
              send: link.send,
              now: () => clock.wall(),
              process: `p${index}`,
              countsFrom: 'answer',
            }),
          )
          const arrivals: number[] = []
          let granted = 0
          for (const { gap, process, takes, arrives, outcome } of messages) {
            await pass(gap)
            void processes[process]!.limiter.acquire({ ...scope, maxWait: Infinity }, signal).then(
              (permit) => {
                granted += 1
                if (outcome.kind === 'sent') arrivals.push(clock.now() + Math.round(takes * arrives))
                clock.setTimer(takes, () => permit.granted && permit.settle(outcome))
              },
            )
          }
          await pass(90_000)
          expect(granted).toBe(messages.length)
          const times = arrivals.toSorted((one, other) => one - other)
          // The last place is taken up to a few ms of drift early.
          expect(times.filter((at, index) => times[index + 2]! - at < 995)).toEqual([])
          for (const { member } of processes) await member.leave()
        }),
        { numRuns: RUNS, examples: [[threeAtOnce]] },
      )
    },
    60_000 + RUNS * 1000,
  )

  it('RD-44 counts the channels of a guild for all processes together', async () => {
    const stage = new RedisStage(server)
    const limiters = [1, 2].map(() => stage.process().limiter())
    const ask = async (index: number, target: string, guild = 'g1') =>
      limiters[index]!.quotas!.acquire(
        { ...scope, routeClass: 'channel.proactive', target, guild, maxWait: 0 },
        signal,
      )
    const outcomes = [
      await ask(0, 'a'),
      await ask(1, 'b'),
      await ask(0, 'c'),
      await ask(1, 'a'),
      await ask(0, 'c', 'g2'),
    ]
    expect(outcomes.map(({ granted }) => granted)).toEqual([true, true, false, true, true])
    expect(outcomes[2]).toMatchObject({ limit: 'guild.proactive' })
    // Only a channel that none was accepted for gives its place back.
    const settle = (at: number, kind: 'sent' | 'not_sent'): void => {
      const one = outcomes[at]!
      if (one.granted) one.settle({ kind })
    }
    settle(0, 'sent')
    settle(3, 'not_sent')
    expect((await ask(1, 'c')).granted).toBe(false)
    settle(1, 'not_sent')
    await stage.pass()
    expect([(await ask(1, 'c')).granted, (await ask(0, 'b')).granted]).toEqual([true, false])
    await stage.dispose()
  })

  it('RD-44 never lets more channels of a guild in than its quota, whoever sends and whatever comes back', async () => {
    const stage = new RedisStage(server)
    const quotas = { 'guild.proactive': { requests: 2, windowMs: 3_600_000, per: 'guild' } }
    const limiters = [1, 2, 3].map(() => stage.process().limiter({ quotas }))
    const step = fc.record({ by: fc.nat(2), channel: fc.nat(4), sent: fc.boolean(), wait: fc.boolean() })
    let guilds = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const guild = `g${++guilds}`
        const open: { readonly channel: number; readonly sent: boolean; readonly permit: LimitPermit }[] = []
        const reached = new Set<number>()
        for (const { by, channel, sent, wait } of steps) {
          const place = await limiters[by]!.quotas!.acquire(
            { ...scope, routeClass: 'channel.proactive', target: String(channel), guild, maxWait: 0 },
            signal,
          )
          const taken = new Set([...reached, ...open.map((one) => one.channel)])
          expect(place.granted).toBe(taken.has(channel) || taken.size < 2)
          if (place.granted) open.push({ channel, sent, permit: place })
          if (wait) continue
          for (const one of open.splice(0)) {
            one.permit.settle({ kind: one.sent ? 'sent' : 'not_sent' })
            if (one.sent) reached.add(one.channel)
          }
          await stage.pass()
          await Promise.all(
            limiters.map(async (one) => one.quotas!.acquire({ ...scope, target: 'none' }, signal)),
          )
        }
      }),
      { numRuns: RUNS },
    )
    await stage.dispose()
  })

  it('RD-44 has the quotas of the platform by default, which a client asks', async () => {
    const stage = new RedisStage(server)
    const seen: string[] = []
    const limiter = stage.process().limiter()
    const sim = createMemorySimulator({ clock: systemClock, seed: 1 })
    const { rest: transport, gateway: _gateway, ...credentials } = sim.botOptions()
    const { quotas } = limiter
    const rest = new Rest({
      ...credentials,
      ...transport,
      limiter: {
        acquire: limiter.acquire.bind(limiter),
        quotas: {
          acquire: async (one, ending) => {
            seen.push(`${one.routeClass} ${one.guild}`)
            return quotas!.acquire(one, ending)
          },
        },
      },
    })
    const { targetId } = sim.user('ann') as unknown as { readonly targetId?: string }
    const id = targetId ?? sim.user('ann').personId
    await rest.send({ scene: 'c2c', id }, 'hello')
    rest.observe({ t: 'CHANNEL_UPDATE', d: { channel_id: 'c1', guild_id: 'g1' } })
    await rest.send({ scene: 'channel', id: 'c1' }, 'hello').catch(() => {})
    expect(seen).toEqual(['c2c.proactive undefined', 'channel.proactive g1'])
    await rest.close()
    await sim.close()
    await stage.dispose()
  })

  it('RD-24 keeps to the attempts at once of its process, with places for what is urgent', async () => {
    const { limiter, pass } = makeLimiter({ concurrency: 1, reserved: 1, limits: {} })
    const first = await limiter.acquire({ ...scope, maxWait: Infinity }, signal)
    let second = false
    const waiting = limiter.acquire({ ...scope, maxWait: Infinity }, signal).then(() => (second = true))
    await pass(0)
    expect(second).toBe(false)
    const urgent = await limiter.acquire({ ...scope, priority: 0, target: 'b' }, signal)
    if (urgent.granted) urgent.settle({ kind: 'sent' })
    await pass(0)
    expect([urgent.granted, second]).toEqual([true, false])
    if (first.granted) first.settle({ kind: 'sent' })
    await pass(0)
    await waiting
  })

  it('RD-24 waits when the server is away, then takes its share alone, and says so once', async () => {
    const clock = new ManualClock()
    const link = countingLink()
    const records: LogRecord[] = []
    let away = false
    const { limiter } = makeLimiter({
      clock,
      send: async (...args) => (away ? new Promise(() => {}) : link.send(...args)),
      now: () => clock.wall(),
      log: (record) => void records.push(record),
      limits: { pair: { requests: 8, windowMs: 60_000, per: 'bot' } },
    })
    const pass = passOn(clock, link)
    const ask = async (): Promise<boolean> => {
      const asking = limiter.acquire(scope, signal)
      await pass(1200)
      return (await asking).granted
    }
    expect(await ask()).toBe(true)
    away = true
    expect(await ask()).toBe(false)
    await pass(60_000)
    expect(await ask()).toBe(false)
    // Of the only process: the half that may be taken without the server.
    await pass(15_000)
    expect([await ask(), await ask(), await ask(), await ask(), await ask()]).toEqual([
      true,
      true,
      true,
      true,
      false,
    ])
    expect(records.map(({ event }) => event)).toEqual(['redis.limits_local'])
    away = false
    await pass(1000)
    // What was taken alone is in the window still.
    const more = []
    for (let turn = 0; turn < 6; turn += 1) more.push(await ask())
    expect(more).toEqual([true, true, true, true, false, false])
    expect(records.map(({ event }) => event)).toEqual(['redis.limits_local', 'redis.limits_shared'])
  })

  it(
    'RD-24 goes over no window, whichever processes are cut off, whichever answers are lost or late, and however the clock is set',
    async () => {
      const link = countingLink()
      await fc.assert(
        fc.asyncProperty(limiterNights, async (steps) => {
          const night = new LimiterNight(link)
          await night.play(steps)
          expect(night.faults).toEqual([])
        }),
        { numRuns: RUNS, examples: [[lateStepBack], [setBackUnseen]] },
      )
    },
    60_000 + RUNS * 500,
  )

  it('RD-24 takes alone in such nights, and what may be taken together', async () => {
    const night = new LimiterNight(countingLink())
    await night.play([
      { do: 'ask', process: 0 },
      { do: 'ask', process: 1 },
      { do: 'pass', ms: 5000 },
      { do: 'cut', process: 0, how: 'request' },
      ...Array.from({ length: 12 }, (): LimiterStep => ({ do: 'pass', ms: 5000 })),
      ...Array.from({ length: 12 }, (_, at): LimiterStep => ({ do: 'ask', process: at % 2 })),
      { do: 'pass', ms: 2000 },
    ])
    expect([night.faults, night.granted[0]! > 0, night.granted[1]! > 3]).toEqual([[], true, true])
  })
})

const makePermits = () => {
  const link = countingLink()
  const clock = new ManualClock()
  const deps = {
    send: link.send,
    prefix: `bot${++bots}:`,
    clock,
    log: () => {},
    process: 'p',
  }
  const timed = (over: { readonly process?: string; readonly now?: () => number } = {}) => ({
    ...deps,
    process: over.process ?? 'p',
    time: new ServerTime({ key: `${deps.prefix}clock`, clock, now: over.now ?? (() => clock.wall()) }),
  })
  return { permits: new RedisIdentifyPermits(timed()), timed, clock, pass: passOn(clock, link) }
}

describe('RD-25 permits', () => {
  for (const { name, run } of identifyPermitsContract(() => makePermits())) it(`RD-25 ${name}`, run)

  const signal = new AbortController().signal
  const shard = { index: 0, total: 1 }

  it('RD-25 are shared by all processes, in the order of their asking', async () => {
    const { permits, timed, pass } = makePermits()
    const other = new RedisIdentifyPermits(timed({ process: 'q' }))
    const order: string[] = []
    const identify = async (who: IdentifyPermitsLike, name: string): Promise<void> => {
      const permit = await who.acquire(shard, signal)
      order.push(name)
      permit.release({ used: true })
    }
    const all = [identify(permits, 'p1'), identify(other, 'q1'), identify(permits, 'p2')]
    await pass(20_000)
    await Promise.all(all)
    expect(order).toEqual(['p1', 'q1', 'p2'])
  })

  it('RD-25 are spread over the day once half of them are used, over all processes', async () => {
    const { permits, timed, pass, clock } = makePermits()
    const other = new RedisIdentifyPermits(timed({ process: 'q' }))
    const HOUR = 3_600_000
    permits.update({ total: 20, remaining: 10, resetAfter: 10 * HOUR, maxConcurrency: 20 })
    await pass(0)
    const grants: number[] = []
    const started = clock.now()
    const all = Array.from({ length: 10 }, async (_, index) => {
      const permit = await (index % 2 === 0 ? permits : other).acquire(shard, signal)
      grants.push((clock.now() - started) / HOUR)
      permit.release({ used: true })
    })
    for (let hour = 0; hour < 10; hour += 1) await pass(HOUR)
    await Promise.all(all)
    // The first ones may start together, the others one in about an hour.
    expect(grants.filter((at) => at < 0.1).length).toBeLessThanOrEqual(2)
    expect(grants.filter((at) => at < 5).length).toBeLessThanOrEqual(6)
    expect(grants.length).toBe(10)
  })

  it('RD-25 of a process that died with them are free after a minute', async () => {
    const { permits, timed, pass } = makePermits()
    await permits.acquire(shard, signal)
    const other = new RedisIdentifyPermits(timed({ process: 'q' }))
    let granted = false
    const waiting = other.acquire(shard, signal).then(() => (granted = true))
    await pass(59_000)
    expect(granted).toBe(false)
    await pass(5000)
    await waiting
  })

  it('RD-25 are not given while the server is away', async () => {
    const own = await RedisServer.start()
    const link = connect(own)
    const { timed } = makePermits()
    const records: LogRecord[] = []
    const permits = new RedisIdentifyPermits({
      ...timed(),
      send: link.command,
      clock: systemClock,
      time: new ServerTime({ key: 'clock', clock: systemClock }),
      log: (record) => void records.push(record),
    })
    await own.kill()
    let granted = false
    const waiting = permits.acquire(shard, signal).then(() => (granted = true))
    const other = connect()
    while (records.length === 0) await other.command(['PING'])
    expect([granted, records[0]?.event]).toEqual([false, 'redis.permits_wait'])
    await own.start()
    await waiting
  })
})

type IdentifyPermitsLike = Pick<RedisIdentifyPermits, 'acquire'>
