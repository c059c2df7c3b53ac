import { type Clock, SessionBusyError, systemClock } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { Connection } from '../src/port/connection.js'
import { RedisError } from '../src/port/errors.js'
import { ServerTime } from '../src/queue/server-time.js'
import { SessionLocks } from '../src/queue/session-locks.js'
import { RedisQueue } from '../src/queue/event-queue.js'
import { CLOCK, script } from '../src/queue/scripts.js'
import { RedisIdentifyPermits } from '../src/state/identify-permits.js'
import { LimitMember } from '../src/state/limit-member.js'
import { RedisLimiter } from '../src/state/limiter.js'
import { RedisSessionStore } from '../src/state/session-store.js'
import { RedisTokens } from '../src/state/shared-tokens.js'
import { settledElsewhere } from '../src/worker/settled-elsewhere.js'
import { CountingLink, passOn } from './support/counting-link.js'
import { ports } from './support/port-of.js'
import { RedisServer } from './support/redis-server.js'

const HOUR = 3_600_000
const LEASE = 15_000

let server: RedisServer
let connection: Connection
beforeAll(async () => {
  server = await RedisServer.start()
})
afterAll(async () => server.dispose())
beforeEach(() => {
  connection = new Connection({
    port: ports.ioredis(server.socket),
    clock: systemClock,
    random: Math.random,
    commandTimeout: 5000,
  })
})
afterEach(() => connection.close())

let bots = 0

/** The clock of a host whose wall clock is ahead. */
const clockAhead = (clock: Clock, ms: number): Clock => ({
  now: () => clock.now(),
  wall: () => clock.wall() + ms,
  setTimer: (wait, call) => clock.setTimer(wait, call),
})

/** Processes of one bot, and a server whose clock somebody sets. */
const stage = () => {
  const prefix = `time${++bots}:`
  const clock = new ManualClock()
  const link = new CountingLink(connection.command)
  const host = { set: 0 }
  const start = (own: Clock = clock) =>
    new ServerTime({ key: `${prefix}clock`, clock: own, now: () => clock.wall() + host.set })
  return { prefix, clock, link, host, start, send: link.send, pass: passOn(clock, link) }
}

const askScript = script(`local call = redis.call\n${CLOCK}\nreturn {time}`)

describe('RD-47 the time of the server', () => {
  for (const [name, set] of [
    ['forward', HOUR],
    ['back', -HOUR],
  ] as const) {
    it(`RD-47 goes on as before when the clock of the host is set ${name}, for who knew it and for who is new`, async () => {
      const { clock, host, start, send } = stage()
      const ask = async (of: ServerTime): Promise<number> => (await of.run(send, askScript, [], [])).time
      const [first, second] = [start(), start()]
      const begun = await ask(first)
      await ask(second)
      await clock.advance(1000)
      host.set = set
      // One that was not there: it knows its wall clock alone.
      const newest = await ask(start())
      expect(newest - begun).toBeLessThanOrEqual(1000)
      for (const of of [second, first]) {
        const passed = (await ask(of)) - begun
        expect(passed).toBeGreaterThanOrEqual(998)
        expect(passed).toBeLessThanOrEqual(1000)
      }
      await clock.advance(10_000)
      const later = (await ask(second)) - begun
      expect([later > 10_980, later <= 11_100]).toEqual([true, true])
    })

    it(`RD-47 leaves workers their leases when the clock is set ${name}, and ends those of the dead in time`, async () => {
      const { prefix, clock, host, start, send } = stage()
      const queues = [1, 2, 3].map(() => new RedisQueue(send, prefix, start()))
      const [one, two] = queues as [RedisQueue, RedisQueue, RedisQueue]
      await one.open('s', 'p', { again: false, mark: 0 })
      const events = ['ann', 'bob', 'cid'].map((conversation) => ({
        digest: '',
        conversation,
        body: conversation,
      }))
      await one.publish('s', 'p', { first: 1, most: 9, events })
      for (const [index, queue] of queues.entries()) {
        await queue.join(`w${index}`, `w${index}:1`, { ttl: LEASE, running: [] })
        expect((await queue.work(`w${index}:1`, 1, [])).taken.length).toBe(1)
      }
      await clock.advance(4000)
      host.set = set
      const tick = async (index: number): Promise<string> =>
        (await queues[index]!.tick(`w${index}:1`, { ttl: LEASE, reap: true })).kind
      expect([await tick(1), await tick(0), await tick(2)]).toEqual(['kept', 'kept', 'kept'])
      expect([(await one.snapshot()).own.size, (await two.work('w1:1', 0, [])).live]).toEqual([3, true])
      // The third one dies.
      for (let turn = 0; turn < 4; turn += 1) {
        await clock.advance(4000)
        expect([await tick(0), await tick(1)]).toEqual(['kept', 'kept'])
      }
      const { own, ready } = await one.snapshot()
      expect([own.size, [...ready.keys()]]).toEqual([2, ['cid']])
    })

    it(`RD-47 ends turns, pauses and lives of the access token in time when the clock is set ${name}`, async () => {
      const { prefix, clock, host, start, send, pass } = stage()
      const tokens = (process: string) =>
        new RedisTokens({
          send,
          time: start(),
          prefix,
          process,
          clock,
          random: () => 0,
          log: () => {},
          secret: 'secret',
        })
      const { signal } = new AbortController()
      const life = 7_200_000
      let asked = 0
      const ask = async () => ({ token: `t${++asked}`, lifetime: life })
      const startOf = (wanted: Promise<unknown>) => {
        const one = { took: -1 }
        const from = clock.now()
        wanted.then(
          () => (one.took = clock.now() - from),
          () => {},
        )
        return one
      }
      // The first one dies in its turn.
      void tokens('dead').get({ ask: async () => new Promise(() => {}), except: [], signal })
      await pass(1000)
      host.set = set
      const [one, two] = [tokens('one'), tokens('two')]
      const first = startOf(one.get({ ask, except: [], signal }))
      await pass(16_000)
      expect(first.took).toBeGreaterThan(13_000)
      const refusal = Object.assign(new Error('too often'), { access: 'rate_limited', retryAfter: 60_000 })
      const refused = two.get({ ask: async () => Promise.reject(refusal), except: ['t1'], signal })
      await expect(refused).rejects.toBe(refusal)
      host.set = 0
      const second = startOf(two.get({ ask, except: ['t1'], signal }))
      await pass(61_000)
      expect(second.took).toBeGreaterThan(58_000)
      host.set = set
      await pass(1_000_000)
      const { token, lifetime } = await tokens('late').get({ ask, except: [], signal })
      expect([token, asked]).toEqual(['t2', 2])
      expect(lifetime).toBeLessThanOrEqual(life - 999_000)
      expect(lifetime).toBeGreaterThan(life - 1_010_000)
      await pass(life - 1_000_000)
      expect((await one.get({ ask, except: [], signal })).token).toBe('t3')
    })

    it(`RD-47 leaves a gateway its session when the clock is set ${name}, and gives it to a standby after its lease`, async () => {
      const { prefix, clock, host, start, send, pass } = stage()
      const store = (process: string, standby: boolean) =>
        new RedisSessionStore({
          send,
          time: start(),
          prefix,
          clock,
          lease: LEASE,
          process,
          standby,
          log: () => {},
          locks: new SessionLocks(),
        })
      const key = { appId: 'bot', shard: { index: 0, total: 1 } }
      const slot = await store('first', false).open(key)
      await slot.save('text')
      let taken: string | null = null
      const standby = store('second', true)
        .open(key)
        .then(async (next) => {
          taken = await next.load()
          await next.close()
        })
      await pass(1000)
      host.set = set
      await pass(60_000)
      expect(taken).toBe(null)
      await slot.save('newer')
      // It dies, and renews no more.
      const other = store('third', false)
      await expect(
        (async () => {
          const opening = other.open(key)
          opening.catch(() => {})
          await pass(20_000)
          return opening
        })(),
      ).rejects.toBeInstanceOf(SessionBusyError)
      await slot.close()
      await pass(1000)
      await standby
      expect(taken).toBe('newer')
    })
  }

  it.each([1000, 30_000])(
    'RD-47 gives all places in time to hosts whose clocks are %d ms apart, also those that start late',
    async (apart) => {
      const { prefix, clock, start, send, pass } = stage()
      const limiterOf = (name: string, ahead: number): RedisLimiter => {
        const own = clockAhead(clock, ahead)
        const time = start(own)
        const member = new LimitMember({ send, prefix, clock: own, time, process: name })
        const limits = { pair: { requests: 6, windowMs: 2000, per: 'bot' } }
        const deps = { send, prefix, clock: own, time, member, limits, process: name, log: () => {} }
        return new RedisLimiter({ ...deps, concurrency: 64, reserved: 8 })
      }
      let granted = 0
      const ended = new AbortController()
      const asks = async (limiter: RedisLimiter): Promise<void> => {
        const scope = { routeClass: 'pair', target: '', priority: 1, maxWait: 60_000 }
        while (!ended.signal.aborted) {
          const permit = await limiter.acquire(scope, ended.signal)
          if (!permit.granted) continue
          granted += 1
          permit.settle({ kind: 'sent' })
        }
      }
      for (const [name, ahead] of Object.entries({ one: 0, two: apart, three: 0, four: apart })) {
        asks(limiterOf(name, ahead)).catch(() => {})
        const before = granted
        await pass(20_000)
        // Six in 2050 ms: a place counts until its attempt has left.
        expect(granted - before, name).toBeGreaterThanOrEqual(54)
      }
      ended.abort()
      await pass(0)
    },
  )

  it('RD-47 keeps session starts within 5 s and within their day when the clock is set', async () => {
    const { prefix, clock, link, host, start, send, pass } = stage()
    const permits = ['p', 'q'].map(
      (process) => new RedisIdentifyPermits({ send, time: start(), prefix, clock, process, log: () => {} }),
    )
    permits[0]!.update({ total: 100, remaining: 100, resetAfter: HOUR / 2, maxConcurrency: 2 })
    await pass(0)
    const grants: number[] = []
    const signal = new AbortController().signal
    const all = Array.from({ length: 24 }, async (_, index) => {
      const permit = await permits[index % 2]!.acquire({ index, total: 24 }, signal)
      grants.push(clock.now())
      permit.release({ used: true })
    })
    for (let turn = 0; turn < 20; turn += 1) {
      host.set = [0, HOUR, HOUR, -HOUR][turn % 4]!
      await pass(3000)
    }
    await Promise.all(all)
    for (const at of grants)
      expect(grants.filter((one) => one > at - 5000 && one <= at).length).toBeLessThanOrEqual(2)
    expect([grants.length, link.unanswered]).toEqual([24, 0])
    expect(Number(await send(['HGET', `${prefix}permits:budget`, 'remaining']))).toBe(76)
  })

  it('RD-47 lets the next session start after 5 s where a clock is 30 s ahead, once another process has called', async () => {
    const { prefix, clock, start, send, pass } = stage()
    const permitsOf = (process: string, ahead: number) => {
      const own = clockAhead(clock, ahead)
      return new RedisIdentifyPermits({ send, time: start(own), prefix, clock: own, process, log: () => {} })
    }
    const [one, two] = [permitsOf('one', 0), permitsOf('two', 30_000)]
    const { signal } = new AbortController()
    const update = { total: 100, remaining: 100, resetAfter: HOUR, maxConcurrency: 1 }
    one.update(update)
    await pass(0)
    ;(await two.acquire({ index: 0, total: 2 }, signal)).release({ used: true })
    await pass(1000)
    one.update(update)
    let granted = false
    const next = two.acquire({ index: 1, total: 2 }, signal).then(() => (granted = true))
    await pass(3500)
    expect(granted).toBe(false)
    await pass(3000)
    expect(granted).toBe(true)
    await next
  })

  it('RD-47 counts a session start that held its permit for longer than a minute', async () => {
    const { prefix, clock, start, send, pass } = stage()
    const permits = new RedisIdentifyPermits({
      send,
      time: start(),
      prefix,
      clock,
      process: 'p',
      log: () => {},
    })
    const signal = new AbortController().signal
    const shard = { index: 0, total: 1 }
    const slow = await permits.acquire(shard, signal)
    await pass(61_000)
    slow.release({ used: true })
    await pass(0)
    let granted = false
    const next = permits.acquire(shard, signal).then(() => (granted = true))
    await pass(4900)
    expect(granted).toBe(false)
    await pass(2000)
    await next
  })
})

describe('RD-08 what workers told that they settled', () => {
  it('RD-08 is forgotten after ten minutes, however often workers come, and whatever the clock of the host says', async () => {
    const { prefix, clock, host, start, send } = stage()
    const key = `${prefix}told`
    const stays = start()
    const worker = () => settledElsewhere(send, key, start())
    for (const [index, set] of [0, HOUR, -HOUR].entries()) {
      host.set = set
      await stays.run(send, askScript, [], [])
      await worker().tell([`${index}`, `also ${index}`])
      for (let passed = 0; passed < 280_000; passed += 28_000) {
        await clock.advance(28_000)
        await stays.run(send, askScript, [], [])
      }
    }
    expect(await worker().ask(['0', '1', '2', '3'])).toEqual(new Set(['0', '1', '2']))
    await worker().tell(['3'])
    expect(await worker().ask(['0', '1', '2', '3'])).toEqual(new Set(['1', '2', '3']))
    expect(await send(['ZCARD', key])).toBe(5)
    // The server forgets by the clock of its host.
    expect(await send(['PTTL', key])).toBeGreaterThan(2 * HOUR)
  })

  it('RD-08 is told also where there is no memory, and in parts', async () => {
    const { prefix, start, send } = stage()
    const keys = Array.from({ length: 2345 }, (_, index) => `settled ${index}`)
    const worker = settledElsewhere(send, `${prefix}told`, start())
    await send(['CONFIG', 'SET', 'maxmemory', '1'])
    try {
      await worker.tell(keys)
    } finally {
      await send(['CONFIG', 'SET', 'maxmemory', '0'])
    }
    expect((await worker.ask([...keys, 'another'])).size).toBe(2345)
  })
})

describe('RD-20 a session whose lock the server has lost with its last writes', () => {
  const key = { appId: 'bot', shard: { index: 0, total: 1 } }

  /** Two gateways: the second one took the session while the first one was cut off; then the server is as it was at a moment. */
  const afterLoss = async (lostSince: 'first' | 'second') => {
    const { prefix, clock, start, send, pass } = stage()
    const name = `${prefix}session:bot:0/1`
    const away = new Set<string>()
    const store = (process: string) =>
      new RedisSessionStore({
        send: async (args) => {
          if (away.has(process)) throw new RedisError('redis_unavailable')
          return send(args)
        },
        time: start(),
        prefix,
        clock,
        lease: LEASE,
        process,
        standby: false,
        log: () => {},
        locks: new SessionLocks(),
      })
    const [one, two] = [store('first'), store('second')]
    const moments: (readonly string[])[] = [[]]
    const first = await one.open(key)
    moments.push((await send(['HGETALL', name])) as readonly string[])
    away.add('first')
    await pass(2 * LEASE)
    const second = await two.open(key)
    await second.save('of the second')
    const kept = moments[lostSince === 'first' ? 0 : 1]!
    await send(['DEL', name])
    if (kept.length > 0) await send(['HSET', name, ...kept])
    away.clear()
    const saved = async (): Promise<unknown> => send(['HGET', name, 'text'])
    return { first, second, saved, pass }
  }

  it.each(['first', 'second'] as const)(
    'RD-20 is that of one gateway: whichever comes first, the other one saves no more (lost since the %s lock)',
    async (lostSince) => {
      for (const order of [
        ['first', 'second'],
        ['second', 'first'],
      ] as const) {
        const { saved, ...slots } = await afterLoss(lostSince)
        const outcomes: Record<string, boolean> = {}
        for (const name of order)
          outcomes[name] = await slots[name].save(`again of the ${name}`).then(
            () => true,
            () => false,
          )
        const winner = Object.keys(outcomes).find((name) => outcomes[name])
        expect(Object.values(outcomes).filter(Boolean)).toHaveLength(1)
        expect(await saved()).toBe(`again of the ${winner}`)
        for (const name of order) await slots[name].close().catch(() => {})
      }
    },
  )

  it.each(['first', 'second'] as const)(
    'RD-20 is not taken again by the one that was away while the other had it and closed it (lost since the %s lock)',
    async (lostSince) => {
      const { first, second, saved } = await afterLoss(lostSince)
      await first.save('newest')
      await first.close()
      await expect(second.save('old')).rejects.toThrow(SessionBusyError)
      expect(await saved()).toBe('newest')
      await second.close().catch(() => {})
    },
  )
})
