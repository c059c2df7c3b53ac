/**
 * Both clients as a user that has no rights but those of docs/many-processes/users.acl. The contract suites run here over `redis`; all other
 * tests run them over `ioredis`.
 */
import { readdirSync, readFileSync } from 'node:fs'

import { type Clock, systemClock } from '@qqkit/core'
import {
  mediaCacheContract,
  sessionStoreContract,
  sharedTokensContract,
  sourceContract,
  stateStoreContract,
} from '@qqkit/core/testing'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { Connection } from '../src/port/connection.js'
import { portOf, type RedisClient } from '../src/port/port.js'
import type { QqkitRedis } from '../src/qqkit-redis.js'
import { HandSource, message } from './support/hand-source.js'
import { RedisServer } from './support/redis-server.js'
import { RedisStage } from './support/redis-stage.js'

const LEASE = 300

/** The one user of the guide, and what it may do. */
const [, user = '', ...rights] = (
  readFileSync(new URL('../../../docs/many-processes/users.acl', import.meta.url), 'utf8')
    .split('\n')
    .find((line) => line.startsWith('user qqkit ')) ?? ''
).split(' ')
const password = 'change-me'

const clients: Readonly<Record<'ioredis' | 'redis', (path: string) => RedisClient>> = {
  ioredis: (path) => new Redis({ path, lazyConnect: true, username: user, password }),
  redis: (path) => createClient({ socket: { path, tls: false }, username: user, password }),
}

it('RD-37 the user may do what the scripts and the code do', () => {
  const root = new URL('../src/', import.meta.url)
  const texts = readdirSync(root, { recursive: true })
    .map((name) => String(name))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(new URL(name, root), 'utf8'))
  const called = texts.flatMap((text) =>
    [...text.matchAll(/(?:call|all)\('([A-Z]+)'|(?:send|command)\(\[\s*'([A-Z]+)'/g)].map(
      ([, one, other]) => one ?? other ?? '',
    ),
  )
  expect(called.length).toBeGreaterThan(100)
  const may = new Set(rights.map((word) => word.replace(/^\+/, '').split('|')[0]))
  const missing = called.map((name) => name.toLowerCase()).filter((name) => !may.has(name))
  expect(missing).toEqual([])
})

describe.each(Object.entries(clients))('RD-37 %s, with the least rights', (kind, makeClient) => {
  let server: RedisServer
  let stages: RedisStage[] = []
  beforeAll(async () => {
    server = await RedisServer.start('--appendonly', 'yes', '--aof-load-truncated', 'no')
    const setUp = new RedisStage(server)
    await setUp.command(['ACL', 'SETUSER', user, ...rights])
    await setUp.dispose()
  })
  afterAll(async () => {
    await Promise.all(stages.map(async (stage) => stage.dispose()))
    stages = []
    await server.dispose()
  })

  const makeStage = (): RedisStage => {
    const stage = new RedisStage(server)
    stages.push(stage)
    return stage
  }
  const processOf = (stage: RedisStage): QqkitRedis =>
    stage.process({ client: makeClient(server.socket), lease: LEASE })
  const process = (): QqkitRedis => processOf(makeStage())

  it('RD-37 has nothing to complain about', async () => {
    expect(await process().check()).toEqual([])
  })

  it('RD-37 is let in while the log is rewritten, and where it may not be', async () => {
    const setUp = makeStage()
    await setUp.command(['ACL', 'SETUSER', user, '-bgrewriteaof'])
    const stage = makeStage()
    // Each is the first of its bot to look at this server.
    for (const redis of [processOf(stage), processOf(makeStage()), processOf(makeStage())])
      expect((await redis.status()).events.ready).toBe(0)
    await setUp.command(['ACL', 'SETUSER', user, '+bgrewriteaof'])
    await Promise.all([1, 2, 3].map(async () => process().status()))
  })

  it('RD-37 may not do more', async () => {
    const connection = new Connection({
      port: portOf(makeClient(server.socket))!,
      clock: systemClock,
      random: Math.random,
      commandTimeout: 5000,
    })
    for (const command of [
      ['FLUSHALL'],
      ['KEYS', '*'],
      ['CONFIG', 'SET', 'maxmemory', '1'],
      ['GET', 'of another program'],
      ['PUBLISH', 'of another program', 'x'],
      ['ACL', 'LIST'],
    ])
      await expect(connection.command(command)).rejects.toMatchObject({ reply: 'NOPERM' })
    connection.close()
  })

  const source = () => {
    const stage = makeStage()
    const hand = new HandSource()
    const publisher = processOf(stage).publish(hand)
    const running = publisher.run()
    return {
      source: processOf(stage).source(),
      say: (text: string) => hand.push(message(text)),
      sayTwice: (text: string) => {
        const frame = message(text)
        hand.push(frame)
        hand.push(frame)
      },
      pass: stage.pass,
      dispose: async () => {
        await publisher.close()
        await running
        await stage.dispose()
      },
    }
  }

  const sessions = () => {
    const stage = makeStage()
    return { store: processOf(stage).sessions(), again: () => processOf(stage).sessions() }
  }

  /** Moves the expiries of all keys. */
  const pass = async (ms: number): Promise<void> => {
    const { command } = makeStage()
    for (const key of (await command(['KEYS', '*'])) as readonly string[]) {
      const left = Number(await command(['PTTL', key]))
      if (left >= 0) await command(['PEXPIRE', key, String(left - ms)])
    }
  }
  const secret = 'secret-of-the-bot'
  const tokens = () => {
    const stage = makeStage()
    // By its own clock a process tells the server how much time has passed.
    let passed = 0
    const clock: Clock = {
      now: () => systemClock.now() + passed,
      wall: () => systemClock.wall() + passed,
      setTimer: (...args) => systemClock.setTimer(...args),
    }
    const again = () =>
      stage.process({ client: makeClient(server.socket), lease: LEASE, clock }).tokens({ secret })
    return { tokens: again(), again, pass: async (ms: number) => void (passed += ms) }
  }
  const suites = {
    source: sourceContract(source),
    sessions: sessionStoreContract(sessions),
    tokens: sharedTokensContract(tokens),
    media: mediaCacheContract(() => ({ cache: process().media, pass })),
    states: stateStoreContract(() => process().states()),
  }
  for (const [suite, cases] of kind === 'redis' ? Object.entries(suites) : [])
    for (const { name, run } of cases) it(`RD-37 ${suite}: ${name}`, run)

  it('RD-37 shares permits and parked replies', async () => {
    const redis = process()
    const permits = redis.permits()
    permits.update({ total: 10, remaining: 9, resetAfter: 60_000, maxConcurrency: 1 })
    const permit = await permits.acquire({ index: 0, total: 1 }, new AbortController().signal)
    permit.release({ used: true })
    const parking = redis.parking()
    await parking.put('place', { id: '1' })
    expect(await parking.take('place')).toEqual({ id: '1' })
  })
})

const code = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: { readonly code: string }) => error.code,
  )

describe.each(Object.entries(clients))('RD-02 a server that %s does not hear from', (_, makeClient) => {
  it('RD-02 is given up at our deadline, with all that waits for it, and used again later', async () => {
    const server = await RedisServer.start()
    const setUp = new RedisStage(server)
    await setUp.command(['ACL', 'SETUSER', user, ...rights])
    await setUp.dispose()
    const connection = new Connection({
      port: portOf(makeClient(server.socket))!,
      clock: systemClock,
      random: () => 0,
      commandTimeout: 250,
    })
    while ((await code(connection.command(['PING']))) !== null);
    // As a half-open socket: it takes what is sent, and nothing comes back.
    await server.kill('SIGSTOP')
    const before = performance.now()
    const waiting = [
      code(connection.command(['GET', 'qqkit:x'])),
      code(connection.command(['PING'])),
      code(
        connection.subscribe(
          ['qqkit:x'],
          () => {},
          () => {},
        ),
      ),
    ]
    expect(await Promise.all(waiting)).toEqual(['redis_timeout', 'redis_timeout', 'redis_timeout'])
    expect(performance.now() - before).toBeLessThan(2000)
    await server.kill('SIGCONT')
    while ((await code(connection.command(['PING']))) !== null);
    expect(connection.lives).toBeGreaterThan(1)
    connection.close()
  })
})
