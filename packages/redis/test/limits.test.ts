import { systemClock, type LogRecord } from '@qqkit/core'
import { identifyPermitsContract, limiterContract, ManualClock } from '@qqkit/core/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { Connection, type SendCommand } from '../src/port/connection.js'
import { RedisIdentifyPermits } from '../src/state/identify-permits.js'
import { RedisLimiter, type RedisLimiterDeps } from '../src/state/limiter.js'
import { ports } from './support/port-of.js'
import { RedisServer } from './support/redis-server.js'

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
