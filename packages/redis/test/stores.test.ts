import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { memoryStateStore } from '@qqkit/bot/middleware'
import { type Clock, type LogRecord, type SharedToken, systemClock } from '@qqkit/core'
import {
  mediaCacheContract,
  ManualClock,
  parkStoreContract,
  quotaStoreContract,
  sessionStoreContract,
  sharedTokensContract,
  stateStoreContract,
} from '@qqkit/core/testing'
import { Rest } from '@qqkit/rest'
import { describe, expect, it, onTestFinished, vi } from 'vitest'

import type { RedisLink, RedisPort } from '../src/port/port.js'
import { ports } from './support/port-of.js'
import { redisOfTests } from './support/redis-of-tests.js'
import { turnScript } from '../src/state/shared-tokens.js'
import { CuttablePort } from './support/cuttable-port.js'
import { RedisServer } from './support/redis-server.js'
import { RedisStage } from './support/redis-stage.js'

const LEASE = 300

const { server, stage } = redisOfTests()

/** Moves the expiries of all keys, since the time of a server does not pass by hand. */
const pass = async (ms: number): Promise<void> => {
  for (const key of (await stage.command(['KEYS', '*'])) as readonly string[]) {
    const left = Number(await stage.command(['PTTL', key]))
    if (left >= 0) await stage.command(['PEXPIRE', key, String(left - ms)])
  }
}

describe('RD-20 sessions', () => {
  for (const { name, run } of sessionStoreContract(() => ({
    store: stage.process({ lease: LEASE }).sessions(),
    again: () => stage.process({ lease: LEASE }).sessions(),
  })))
    it(`RD-20 ${name}`, run)

  const key = { appId: '1', shard: { index: 0, total: 1 } }

  it('RD-20 of a process that is gone are free after its lease, and a successor waits for that', async () => {
    const first = stage.process({ lease: LEASE })
    const slot = await first.sessions().open(key)
    await slot.save('kept')
    await first.close()
    const next = await stage.process({ lease: LEASE }).sessions().open(key)
    expect(await next.load()).toBe('kept')
    await next.close()
  })

  it('RD-20 are waited for by a standby as long as it takes', async () => {
    const slot = await stage.process({ lease: LEASE }).sessions().open(key)
    let opened = false
    const store = stage.process({ lease: LEASE }).sessions({ standby: true })
    const waiting = store.open(key).then((next) => {
      opened = true
      return next
    })
    await stage.outlast(4 * LEASE)
    expect([opened, store.openWithin]).toEqual([false, Infinity])
    await slot.close()
    await (await waiting).close()
  })

  it('RD-20 are waited for while the server is away, and told: nobody connects without the lock', async () => {
    const own = await RedisServer.start('--appendonly', 'yes')
    const elsewhere = new RedisStage(own)
    onTestFinished(async () => elsewhere.dispose())
    const slot = await elsewhere.process({ lease: 60_000 }).sessions().open(key)
    await slot.save('kept')
    await own.kill()
    const told: string[] = []
    const log = ({ event }: LogRecord): void => void told.push(event)
    const open = async (options: { readonly standby: boolean }) =>
      elsewhere.process({ lease: LEASE, log }).sessions(options).open(key)
    await expect(open({ standby: false })).rejects.toMatchObject({ code: 'redis_unavailable' })
    const waiting = open({ standby: true })
    await vi.waitFor(() => expect(told).toHaveLength(2))
    await own.start()
    await slot.close()
    const next = await waiting
    expect([await next.load(), told]).toEqual(['kept', ['redis.session_waits', 'redis.session_waits']])
    await next.close()
  })

  it('RD-20 of a server that was emptied stay with their holder, which writes them again', async () => {
    const own = await RedisServer.start()
    const elsewhere = new RedisStage(own)
    onTestFinished(async () => elsewhere.dispose())
    const slot = await elsewhere
      .process({ lease: 3 * LEASE })
      .sessions()
      .open(key)
    await slot.save('kept')
    let opened = false
    const waiting = elsewhere
      .process({ lease: 3 * LEASE })
      .sessions({ standby: true })
      .open(key)
      .then((next) => {
        opened = true
        return next
      })
    for (let turn = 0; turn < 3; turn += 1) {
      await elsewhere.outlast(6 * LEASE)
      await elsewhere.command(['FLUSHALL'])
    }
    await slot.save('kept')
    expect(opened).toBe(false)
    await slot.close()
    expect(await (await waiting).load()).toBe('kept')
  })

  it('RD-20 of a server that was emptied after their holder died are free after a lease', async () => {
    const own = await RedisServer.start()
    const elsewhere = new RedisStage(own)
    onTestFinished(async () => elsewhere.dispose())
    const holder = elsewhere.process({ lease: 60_000 })
    await holder.sessions().open(key)
    const next = elsewhere.process({ lease: LEASE }).sessions({ standby: true }).open(key)
    await elsewhere.pass()
    await holder.close()
    await elsewhere.command(['FLUSHALL'])
    expect(await (await next).load()).toBeNull()
  })

  it('RD-20 that another process took are told, and not written any more', async () => {
    const slot = await stage.process({ lease: LEASE }).sessions().open(key)
    await slot.save('mine')
    const name = `qqkit:{${stage.appId}}:session:1:0/1`
    await stage.command(['HSET', name, 'token', 'other'])
    await expect(slot.save('late')).rejects.toMatchObject({ code: 'session_busy' })
    expect((await slot.taken)?.message).toContain('other')
    expect(await stage.command(['HGET', name, 'text'])).toBe('mine')
  })

  it('RD-20 that another process had and closed meanwhile are told, and keep its text', async () => {
    const slot = await stage.process({ lease: 60_000 }).sessions().open(key)
    await slot.save('old')
    const name = `qqkit:{${stage.appId}}:session:1:0/1`
    await stage.command(['HSET', name, 'until', '0'])
    const next = await stage.process({ lease: LEASE }).sessions().open(key)
    await next.save('new')
    await next.close()
    await expect(slot.save('late')).rejects.toMatchObject({ code: 'session_busy' })
    expect(await stage.command(['HGET', name, 'text'])).toBe('new')
    expect((await slot.taken)?.code).toBe('session_busy')
  })

  it('RD-20 are locked again when the server has lost only their last lock', async () => {
    const first = await stage.process({ lease: LEASE }).sessions().open(key)
    await first.close()
    const name = `qqkit:{${stage.appId}}:session:1:0/1`
    const before = (await stage.command(['HGETALL', name])) as readonly string[]
    const slot = await stage.process({ lease: LEASE }).sessions().open(key)
    await stage.command(['DEL', name])
    await stage.command(['HSET', name, ...before])
    await slot.save('again')
    expect(await slot.load()).toBe('again')
    await slot.close()
  })

  it('RD-20 are locked again once for all that was written while the server had lost them', async () => {
    const slot = await stage.process({ lease: 60_000 }).sessions().open(key)
    for (let turn = 0; turn < 20; turn += 1) {
      await stage.command(['DEL', `qqkit:{${stage.appId}}:session:1:0/1`])
      await Promise.all([slot.save('one'), slot.save('two'), slot.save('three')])
    }
    await slot.close()
    const next = await stage.process({ lease: 60_000 }).sessions().open(key)
    expect(await next.load()).toBe('three')
    await next.close()
  })

  it('RD-20 are closed and cleared also when the server had lost their lock', async () => {
    const name = `qqkit:{${stage.appId}}:session:1:0/1`
    const slot = await stage.process({ lease: 60_000 }).sessions().open(key)
    await slot.save('old')
    await stage.command(['HDEL', name, 'token', 'until', 'locks'])
    await slot.clear()
    expect(await stage.command(['HGET', name, 'text'])).toBeNull()
    await slot.save('kept')
    await stage.command(['DEL', name])
    await slot.close()
    expect(await stage.command(['HMGET', name, 'token', 'text'])).toEqual([null, 'kept'])
  })

  it('RD-20 are locked again when the server has lost them', async () => {
    const slot = await stage.process({ lease: LEASE }).sessions().open(key)
    await stage.command(['DEL', `qqkit:{${stage.appId}}:session:1:0/1`])
    await slot.save('lost').catch(() => {})
    await slot.save('again')
    expect(await slot.load()).toBe('again')
    await slot.close()
  })
})

describe('RD-21 uploaded files', () => {
  for (const { name, run } of mediaCacheContract(() => ({ cache: stage.process().media, pass })))
    it(`RD-21 ${name}`, run)
})

describe('RD-22 values', () => {
  for (const { name, run } of quotaStoreContract(
    () =>
      ({
        store: stage.process().states(),
        again: () => stage.process().states(),
      }) as never,
  ))
    it(`RD-22 ${name}`, run)

  for (const { name, run } of stateStoreContract(() => stage.process().states())) it(`RD-22 ${name}`, run)

  const stores = {
    'in memory': () => memoryStateStore<unknown>(),
    'on the server': () => stage.process().states<unknown>(),
  }
  it.each(Object.entries(stores))('RD-22 come back as they were saved, %s', async (_, make) => {
    const store = make()
    expect(await store.load('a')).toBe(undefined)
    for (const value of [{ n: 1, list: ['图', null] }, 0, '', false]) {
      await store.save('a', value)
      expect(await store.load('a')).toEqual(value)
    }
    await store.save('__proto__', { other: true })
    await store.remove('a')
    expect([await store.load('a'), await store.load('__proto__')]).toEqual([undefined, { other: true }])
    await store.remove('a')
  })

  it('RD-22 are shared by all processes, and forgotten after their time', async () => {
    await stage.process().states({ ttl: 10_000 }).save('a', 1)
    expect(await stage.process().states().load('a')).toBe(1)
    await pass(10_001)
    expect(await stage.process().states().load('a')).toBe(undefined)
  })

  it('RD-22 fail while the server is away', async () => {
    const own = await RedisServer.start()
    const elsewhere = new RedisStage(own)
    const store = elsewhere.process().states()
    await store.save('a', 1)
    await own.kill()
    await expect(store.load('a')).rejects.toMatchObject({ code: 'redis_unavailable' })
    await elsewhere.dispose()
  })
})

describe('RD-23 parked replies', () => {
  const limits = { perPlace: 2, total: 3 }
  const reply = (id: string) => ({
    id,
    target: { scene: 'c2c', id: 'u' } as const,
    message: `text ${id}`,
    expiresAt: 1,
    attempts: 0,
  })
  for (const { name, run } of parkStoreContract(() => ({
    store: stage.process().parking(limits),
    again: () => stage.process().parking(limits),
    beside: () => stage.process().parking(limits),
    reply,
  })))
    it(name, run)
})

describe('RD-30 the access token', () => {
  const secret = 'secret-of-the-bot'
  const { signal } = new AbortController()

  for (const { name, run } of sharedTokensContract(() => {
    // By its own clock a process tells the server how much time has passed.
    let passed = 0
    const clock: Clock = {
      now: () => systemClock.now() + passed,
      wall: () => systemClock.wall() + passed,
      setTimer: (...args) => systemClock.setTimer(...args),
    }
    const again = () => stage.process({ clock }).tokens({ secret })
    return { tokens: again(), again, pass: async (ms) => void (passed += ms) }
  }))
    it(`RD-30 ${name}`, run)

  /** Advances a clock until something holds. */
  const advanceUntil = async (clock: ManualClock, holds: () => boolean): Promise<void> =>
    stage.until(async () => {
      await clock.advance(50)
      return holds()
    }, 'it does not come')

  const platform = (): { readonly ask: () => Promise<SharedToken>; readonly asked: string[] } => {
    const asked: string[] = []
    return {
      asked,
      ask: async () => ({ token: `plain-token-${asked.push('')}`, lifetime: 7_200_000 }),
    }
  }

  it('RD-30 is not readable in Redis, and not with another secret', async () => {
    const { ask, asked } = platform()
    await stage.process().tokens({ secret }).get({ ask, except: [], signal })
    const kept = String(await stage.command(['GET', `qqkit:{${stage.appId}}:token`]))
    expect(kept.length).toBeGreaterThan(20)
    expect(Buffer.from(kept, 'base64').toString('latin1') + kept).not.toContain('plain')
    const other = await stage.process().tokens({ secret: 'another' }).get({ ask, except: [], signal })
    expect([other.token, asked.length]).toEqual(['plain-token-2', 2])
  })

  it.each(['', 'AAAA', 'x'.repeat(80)])(
    'RD-30 is asked for again where what is kept is damaged: %j',
    async (kept) => {
      const { ask } = platform()
      await stage.command(['SET', `qqkit:{${stage.appId}}:token`, kept, 'PX', '60000'])
      expect((await stage.process().tokens({ secret }).get({ ask, except: [], signal })).token).toBe(
        'plain-token-1',
      )
    },
  )

  it('RD-30 is asked for once by the clients of two processes', async () => {
    let asked = 0
    const endpoint = createServer((_, response) => {
      asked += 1
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ access_token: `of-request-${asked}`, expires_in: '7200' }))
    }).listen(0, '127.0.0.1')
    await once(endpoint, 'listening')
    onTestFinished(() => void endpoint.close())
    const { port } = endpoint.address() as AddressInfo
    const clients = [1, 2].map(
      () =>
        new Rest({
          appId: stage.appId,
          secret,
          tokenUrl: `http://127.0.0.1:${port}/app/getAppAccessToken`,
          tokens: stage.process().tokens({ secret }),
        }),
    )
    const ask = async (fresh: boolean): Promise<readonly string[]> =>
      Promise.all(clients.map(async (rest) => rest.access.token({ fresh })))
    expect(await ask(false)).toEqual(['of-request-1', 'of-request-1'])
    // Both were refused with it: the second one takes what the first one was given.
    expect(await ask(true)).toEqual(['of-request-2', 'of-request-2'])
    expect(asked).toBe(2)
    await Promise.all(clients.map(async (rest) => rest.close()))
  })

  it('RD-30 is asked for by no process while the platform wants a pause', async () => {
    const refusal = Object.assign(new Error('too often'), { access: 'rate_limited', retryAfter: 60_000 })
    const refuse = async (): Promise<SharedToken> => Promise.reject(refusal)
    const failing = stage.process().tokens({ secret }).get({ ask: refuse, except: [], signal })
    await expect(failing).rejects.toBe(refusal)
    const { ask, asked } = platform()
    const clock = new ManualClock()
    const waiting = stage.process({ clock }).tokens({ secret }).get({ ask, except: [], signal })
    await advanceUntil(clock, () => clock.now() > 50_000)
    expect(asked).toEqual([])
    await advanceUntil(clock, () => asked.length > 0)
    expect(clock.now()).toBeLessThan(62_000)
    expect((await waiting).token).toBe('plain-token-1')
    // Any other failure concerns the next call alone.
    const down = async (): Promise<SharedToken> => Promise.reject(new Error('down'))
    await expect(
      stage
        .process()
        .tokens({ secret })
        .get({ ask: down, except: ['plain-token-1'], signal }),
    ).rejects.toThrow('down')
    expect(
      (
        await stage
          .process()
          .tokens({ secret })
          .get({ ask, except: ['plain-token-1'], signal })
      ).token,
    ).toBe('plain-token-2')
  })

  it('RD-30 is asked for by another process when the one before died over it', async () => {
    const { ask, asked } = platform()
    const clock = new ManualClock()
    let turns = 0
    const dead = async (): Promise<SharedToken> => {
      turns += 1
      return new Promise(() => {})
    }
    void stage.process({ clock }).tokens({ secret }).get({ ask: dead, except: [], signal })
    await advanceUntil(clock, () => turns === 1)
    const begunAt = clock.now()
    const waiting = [1, 2, 3].map(async () =>
      stage.process({ clock }).tokens({ secret }).get({ ask, except: [], signal }),
    )
    await advanceUntil(clock, () => asked.length > 0)
    const passed = clock.now() - begunAt
    expect([passed > 14_000, passed < 16_000]).toEqual([true, true])
    let done = false
    const all = Promise.all(waiting).finally(() => {
      done = true
    })
    await advanceUntil(clock, () => done)
    expect((await all).map(({ token }) => token)).toEqual(Array(3).fill('plain-token-1'))
    expect(asked.length).toBe(1)
    expect(await stage.command(['GET', `qqkit:{${stage.appId}}:token:lock`])).toBe(null)
  })

  it('RD-30 is shared by a process that did not hear that it was its turn', async () => {
    const port = ports.redis(server.socket)
    const client: RedisPort = {
      duplicate: async (onEnd) => {
        const link = await port.duplicate(onEnd)
        const command: RedisLink['command'] = async (args) => {
          const answer = await link.command(args)
          if (args.includes(turnScript.sha)) throw new Error('the answer is lost')
          return answer
        }
        return { ...link, command }
      },
    }
    const { ask, asked } = platform()
    await stage.process({ client }).tokens({ secret }).get({ ask, except: [], signal })
    const next = await stage.process().tokens({ secret }).get({ ask, except: [], signal })
    expect([next.token, asked.length]).toEqual(['plain-token-1', 1])
    const lock = `qqkit:{${stage.appId}}:token:lock`
    await stage.until(async () => (await stage.command(['EXISTS', lock])) === 0, 'others would wait')
  })

  it.each([
    ['kept', 0, 5000],
    ['refused', 50_000, 62_000],
  ] as const)(
    'RD-30 is told to the others a little later when it is %s while the server is away',
    async (how, least, most) => {
      const way = new CuttablePort(ports.redis(server.socket))
      const clock = new ManualClock()
      const { ask, asked } = platform()
      const refusal = Object.assign(new Error('too often'), { access: 'rate_limited', retryAfter: 60_000 })
      let ended = false
      const first = stage
        .process({ client: way, clock })
        .tokens({ secret })
        .get({
          ask: async () => {
            way.cut()
            if (how === 'refused') throw refusal
            return ask()
          },
          except: [],
          signal,
        })
        .catch(() => {})
        .finally(() => {
          ended = true
        })
      await advanceUntil(clock, () => ended)
      way.open()
      let next: SharedToken | null = null
      void stage
        .process({ clock })
        .tokens({ secret })
        .get({ ask, except: [], signal })
        .then((token) => {
          next = token
        })
      const openedAt = clock.now()
      await advanceUntil(clock, () => next !== null)
      expect([next, asked.length]).toMatchObject([{ token: 'plain-token-1' }, 1])
      const passed = clock.now() - openedAt
      expect([passed >= least, passed < most]).toEqual([true, true])
      await first
    },
  )

  it('RD-30 is asked for by each process while the server is away, which is said once', async () => {
    const own = await RedisServer.start()
    const elsewhere = new RedisStage(own)
    const records: LogRecord[] = []
    const tokens = elsewhere.process({ log: (record) => void records.push(record) }).tokens({ secret })
    const { ask } = platform()
    await own.kill()
    const alone = [
      await tokens.get({ ask, except: [], signal }),
      await tokens.get({ ask, except: [], signal }),
    ]
    expect(alone.map(({ token }) => token)).toEqual(['plain-token-1', 'plain-token-2'])
    await own.start()
    await stage.until(async () => {
      await tokens.get({ ask, except: [], signal })
      return records.length > 1
    }, 'it is not shared again')
    expect(records.map(({ event }) => event)).toEqual(['redis.token_alone', 'redis.token_shared'])
    await elsewhere.dispose()
  })
})
