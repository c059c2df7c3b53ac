import { systemClock, type LogRecord } from '@qqkit/core'
import { identifyPermitsContract, limiterContract, ManualClock, seededRandom } from '@qqkit/core/testing'
import { Rest } from '@qqkit/rest'
import { createMemorySimulator } from '@qqkit/simulator'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { Connection, type SendCommand } from '../src/port/connection.js'
import { RedisIdentifyPermits } from '../src/state/identify-permits.js'
import { RedisLimiter, type RedisLimiterDeps } from '../src/state/limiter.js'
import { ports } from './support/port-of.js'
import { RedisServer } from './support/redis-server.js'
import { RedisStage } from './support/redis-stage.js'

let server: RedisServer
let connections: Connection[] = []
beforeAll(async () => {
  server = await RedisServer.start()
})
afterAll(async () => server.dispose())

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

let bots = 0

/** A connection that knows how many of its commands have no answer yet. */
const countingLink = (): { unanswered: number; readonly send: SendCommand } => {
  const { command } = connect()
  const link = {
    unanswered: 0,
    send: async (...args: Parameters<SendCommand>): Promise<unknown> => {
      link.unanswered += 1
      try {
        return await command(...args)
      } finally {
        link.unanswered -= 1
      }
    },
  }
  return link
}

/** Advances a clock by hand, timer by timer, and waits in between until the server has answered everything. */
const passOn =
  (clock: ManualClock, link: ReturnType<typeof countingLink>) =>
  async (ms: number): Promise<void> => {
    const flush = async (): Promise<void> => {
      await clock.settle()
      while (link.unanswered > 0) {
        await link.send(['PING'])
        await clock.settle()
      }
    }
    await flush()
    const end = clock.now() + ms
    while (clock.now() < end) {
      await clock.advance(Math.min(Math.max(clock.untilNext ?? Infinity, 0), end - clock.now()))
      await flush()
    }
  }

const makeLimiter = (over: Partial<RedisLimiterDeps> = {}) => {
  const link = countingLink()
  const clock = new ManualClock()
  const limiter = new RedisLimiter({
    send: link.send,
    prefix: `bot${++bots}:`,
    clock,
    log: () => {},
    limits: { pair: { requests: 2, windowMs: 1000, per: 'user' } },
    concurrency: 64,
    reserved: 8,
    process: 'p',
    now: () => clock.wall(),
    ...over,
  })
  return { limiter, clock, pass: passOn(clock, link) }
}

describe('RD-24 a limiter', () => {
  for (const { name, run } of limiterContract(() => makeLimiter())) it(`RD-24 ${name}`, run)

  const signal = new AbortController().signal
  const scope = { routeClass: 'pair', target: 'a', priority: 1, maxWait: 0 }

  it('RD-24 counts for all processes together, in any window', async () => {
    const prefix = `bot${++bots}:`
    const clock = new ManualClock()
    const processes = Array.from({ length: 8 }, (_, index) =>
      makeLimiter({
        prefix,
        now: () => clock.wall(),
        process: `p${index}`,
        limits: { pair: { requests: 10, windowMs: 1000, per: 'bot' } },
      }),
    )
    const grants: number[] = []
    for (let turn = 0; turn < 40; turn += 1) {
      const answers = await Promise.all(processes.map(async ({ limiter }) => limiter.acquire(scope, signal)))
      for (const answer of answers) if (answer.granted) grants.push(clock.now())
      await clock.advance(100)
    }
    for (const at of grants)
      expect(grants.filter((one) => one > at - 1000 && one <= at).length).toBeLessThanOrEqual(10)
    expect(grants.length).toBe(40)
  })

  it('RD-24 never exceeds a window when the clock of the server is set back, and waits no longer than one', async () => {
    const prefix = `bot${++bots}:`
    const clock = new ManualClock()
    let offset = 0
    const processes = Array.from({ length: 8 }, (_, index) =>
      makeLimiter({
        prefix,
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
    const { limiter } = makeLimiter({ now: () => clock.wall() + offset })
    const place = await limiter.acquire(scope, signal)
    if (place.granted) place.settle({ kind: 'limited', retryAfter: 5000 })
    offset = -3_600_000
    const refusal = await limiter.acquire(scope, signal)
    expect(refusal).toMatchObject({ granted: false, retryAfter: 5000 })
    await clock.advance(5000)
    expect(await limiter.acquire(scope, signal)).toMatchObject({ granted: true })
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
            seen.push(one.routeClass)
            return quotas!.acquire(one, ending)
          },
        },
      },
    })
    const { targetId } = sim.user('ann') as unknown as { readonly targetId?: string }
    const id = targetId ?? sim.user('ann').personId
    await rest.send({ scene: 'c2c', id }, 'hello')
    expect(seen).toEqual(['c2c.proactive'])
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

  it('RD-24 counts its share alone while the server is away, and says so once', async () => {
    const own = await RedisServer.start()
    const link = connect(own)
    await link.command(['ZADD', 'x:workers', '9', 'a', '9', 'b'])
    const records: LogRecord[] = []
    const { limiter } = makeLimiter({
      send: link.command,
      prefix: 'x:',
      clock: systemClock,
      now: undefined,
      log: (record) => void records.push(record),
      limits: { pair: { requests: 4, windowMs: 60_000, per: 'bot' } },
    })
    expect((await limiter.acquire(scope, signal)).granted).toBe(true)
    await own.kill()
    const answers = []
    for (let turn = 0; turn < 4; turn += 1) answers.push((await limiter.acquire(scope, signal)).granted)
    // Two workers: half of four.
    expect(answers).toEqual([true, true, false, false])
    expect(records.map(({ event }) => event)).toEqual(['redis.limits_local'])
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
    now: () => clock.wall(),
  }
  return { permits: new RedisIdentifyPermits(deps), deps, clock, pass: passOn(clock, link) }
}

describe('RD-25 permits', () => {
  for (const { name, run } of identifyPermitsContract(() => makePermits())) it(`RD-25 ${name}`, run)

  const signal = new AbortController().signal
  const shard = { index: 0, total: 1 }

  it('RD-25 are shared by all processes, in the order of their asking', async () => {
    const { permits, deps, pass } = makePermits()
    const other = new RedisIdentifyPermits({ ...deps, process: 'q' })
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
    const { permits, deps, pass, clock } = makePermits()
    const other = new RedisIdentifyPermits({ ...deps, process: 'q' })
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
    const { permits, deps, pass } = makePermits()
    await permits.acquire(shard, signal)
    const other = new RedisIdentifyPermits({ ...deps, process: 'q' })
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
    const { deps } = makePermits()
    const records: LogRecord[] = []
    const permits = new RedisIdentifyPermits({
      ...deps,
      send: link.command,
      clock: systemClock,
      now: undefined,
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
