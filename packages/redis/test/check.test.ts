import { readdirSync, readFileSync } from 'node:fs'

import { systemClock } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { describe, expect, it } from 'vitest'

import { TRIALS } from '../src/check.js'
import { findingsOf, type ServerFacts } from '../src/decisions/findings.js'
import { parseInfo } from '../src/port/greeting.js'
import { portOf, type RedisPort } from '../src/port/port.js'
import { ports } from './support/port-of.js'
import { redisOfTests } from './support/redis-of-tests.js'
import { RedisServer } from './support/redis-server.js'

const GOOD = [
  'redis_version:7.0.15',
  'role:master',
  'aof_enabled:1',
  'aof_last_write_status:ok',
  'rdb_last_bgsave_status:ok',
  'maxmemory:0',
  'maxmemory_policy:noeviction',
]

const facts = (lines: readonly string[], more: Partial<ServerFacts> = {}): ServerFacts => ({
  info: parseInfo([...GOOD, ...lines].join('\r\n')),
  loadTruncated: 'no',
  refused: null,
  roundTrip: 0.3,
  skew: 5,
  backlog: 100_000,
  replicas: 0,
  allowEviction: false,
  client: null,
  own: { format: '1', conversation: 'default' },
  known: {},
  databases: [],
  ...more,
})

const found = (lines: readonly string[], more: Partial<ServerFacts> = {}): readonly string[] =>
  findingsOf(facts(lines, more)).map(({ level, code }) => `${level} ${code}`)

const clients: Readonly<Record<'ioredis' | 'redis', (url: string) => unknown>> = {
  ioredis: (url) => new Redis(url, { lazyConnect: true }),
  redis: (url) => createClient({ url }),
}

const refused = (message: string, reply: string | null = null): ServerFacts['refused'] => ({ reply, message })

const far = { host: 'redis.example.com', tls: true, password: true, keyPrefix: '' } as const

describe('RD-26 what is wrong with a server', () => {
  it('RD-26 is nothing where all is well', () => {
    expect(found([])).toEqual([])
    expect(found(['redis_version:6.2.0'])).toEqual([])
    expect(found(['maxmemory:1000000000', 'used_memory:1000'])).toEqual([])
    expect(found(['maxmemory_policy:volatile-ttl'], { allowEviction: true })).toEqual([])
    expect(found(['connected_slaves:1'], { replicas: 1 })).toEqual([])
    expect(found([], { known: { format: '1', conversation: 'default' } })).toEqual([])
    // A worker names no conversations.
    expect(found([], { known: { conversation: 'x' }, own: { format: '1', conversation: null } })).toEqual([])
  })

  it.each<[string, readonly string[], Partial<ServerFacts>]>([
    ['fatal redis_too_old', ['redis_version:6.0.16'], {}],
    ['fatal redis_too_old', ['redis_version:5.0.7'], {}],
    ['fatal redis_no_scripts', [], { refused: refused('ERR unknown command') }],
    ['fatal redis_not_allowed', [], { refused: refused('NOPERM this user has no permissions', 'NOPERM') }],
    ['fatal redis_not_allowed', [], { refused: refused('ERR ACL failure in script: x') }],
    ['fatal redis_replica', [], { refused: refused("READONLY You can't write", 'READONLY') }],
    ['error redis_write_errors', [], { refused: refused('MISCONF Redis is configured', 'MISCONF') }],
    ['error redis_no_replica', [], { refused: refused('NOREPLICAS Not enough', 'NOREPLICAS') }],
    ['error redis_no_replica', ['connected_slaves:1'], { replicas: 2 }],
    ['error redis_maxmemory', [], { refused: refused('OOM command not allowed', 'OOM') }],
    ['fatal redis_format', [], { known: { format: '2' } }],
    ['warning redis_conversation_key', [], { known: { conversation: 'x' } }],
    ['error redis_database', [], { databases: [3] }],
    ['warning redis_key_prefix', [], { client: { ...far, host: null, keyPrefix: 'mine:' } }],
    ['warning redis_remote_plain', [], { client: { ...far, tls: false } }],
    ['warning redis_remote_plain', [], { client: { ...far, password: false } }],
    ['warning redis_remote_plain', [], { client: { ...far, host: 'redis', password: false } }],
    ['fatal redis_replica', ['role:slave'], {}],
    ['fatal redis_evicts', ['maxmemory_policy:allkeys-lru'], {}],
    ['error redis_evicts', ['maxmemory_policy:volatile-ttl'], {}],
    ['error redis_write_errors', ['aof_last_write_status:err'], {}],
    ['warning redis_not_durable', ['aof_enabled:0'], {}],
    ['warning redis_torn_tail', [], { loadTruncated: 'yes' }],
    ['warning redis_maxmemory', ['maxmemory:100000000', 'used_memory:1000'], {}],
    ['warning redis_far', [], { roundTrip: 21 }],
    ['warning redis_clock', [], { skew: -31_000 }],
  ])('RD-26 is told: %s', (expected, lines, more) => {
    expect(found(lines, more)).toEqual([expected])
    for (const { advice, text } of findingsOf(facts(lines, more))) {
      expect([advice.en, text.en].every((one) => one.length > 5)).toBe(true)
      for (const one of [advice.zh, text.zh]) expect(one).toMatch(/\p{Script=Han}/u)
    }
  })

  it('RD-26 begins with the worst', () => {
    const levels = findingsOf(facts(['aof_enabled:0', 'rdb_last_bgsave_status:err', 'role:slave'])).map(
      ({ level }) => level,
    )
    expect(levels).toEqual(['fatal', 'error', 'warning'])
  })

  it.each([
    { ...far },
    { ...far, host: 'redis', tls: false },
    { ...far, host: '10.1.2.3', tls: false },
    { ...far, host: '172.20.0.2', tls: false },
    { ...far, host: 'fd00::1', tls: false },
    { ...far, host: '127.0.0.1', tls: false, password: false },
    { ...far, host: null, tls: false, password: false },
  ])("RD-26 is not a way of one's own: $host", (client) => {
    expect(found([], { client })).toEqual([])
  })
})

describe.each(Object.entries(clients))('RD-26 the address of a client of %s', (_, make) => {
  it.each<[string, object]>([
    ['redis://10.0.0.7:6380', { host: '10.0.0.7', tls: false, password: false }],
    ['redis://:secret@db.example.com', { host: 'db.example.com', tls: false, password: true }],
    ['rediss://bot:secret@db.example.com:1/2', { host: 'db.example.com', tls: true, password: true }],
  ])('RD-26 is known: %s', (url, expected) => {
    expect(portOf(make(url))?.address).toEqual({ ...expected, keyPrefix: '' })
  })
})

/** A port to a server that says something else of itself. */
const saying = (
  port: RedisPort,
  change: (args: readonly string[], reply: unknown) => unknown,
): RedisPort => ({
  duplicate: async (onEnd) => {
    const link = await port.duplicate(onEnd)
    return {
      command: async (args) => change(args, await link.command(args)),
      subscribe: async (channels, onMessage) => link.subscribe(channels, onMessage),
      destroy: () => link.destroy(),
    }
  },
})

describe('RD-26 on a server', () => {
  const { server, stage } = redisOfTests('--appendonly', 'yes', '--aof-load-truncated', 'no')

  const codes = async (redis = stage.process()): Promise<readonly string[]> =>
    (await redis.check()).map(({ level, code }) => `${level} ${code}`)

  /** Sets something for the time of a look. */
  const during = async (name: string, value: string, restored: string): Promise<readonly string[]> => {
    await stage.command(['CONFIG', 'SET', name, value])
    try {
      return await codes()
    } finally {
      await stage.command(['CONFIG', 'SET', name, restored])
    }
  }

  it('RD-26 nothing is found where all is well, and nothing is left behind', async () => {
    expect(await codes()).toEqual([])
    expect(await stage.command(['KEYS', `qqkit:{${stage.appId}}*`])).toEqual([])
  })

  it('RD-26 every script is tried', () => {
    const root = new URL('../src/', import.meta.url)
    const named = readdirSync(root, { recursive: true })
      .map((name) => String(name))
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => readFileSync(new URL(name, root), 'utf8').match(/: Script = script\(/g) ?? [])
    const tried = new Set(TRIALS.map(({ script }) => script.sha)).size
    expect(tried, 'a script has no row in TRIALS of src/check.ts').toBe(named.length)
  })

  it('RD-10 every script begins with a write that changes nothing, but those that only read', () => {
    const first = TRIALS.map(
      ({ script: { text } }) => /call\('([A-Z]+)', [^)]*''\)|call\('([A-Z]+)'/.exec(text)?.[1],
    )
    const reading = first.filter((name) => !['SETRANGE', 'ZREM', 'HDEL', 'SREM', 'LREM'].includes(name ?? ''))
    expect(reading).toHaveLength(2)
  })

  it.each([
    ['error redis_maxmemory', 'maxmemory', '1', '0'],
    ['fatal redis_evicts', 'maxmemory-policy', 'allkeys-lru', 'noeviction'],
    ['error redis_evicts', 'maxmemory-policy', 'volatile-ttl', 'noeviction'],
    ['error redis_no_replica', 'min-replicas-to-write', '1', '0'],
    ['warning redis_torn_tail', 'aof-load-truncated', 'yes', 'no'],
    ['warning redis_not_durable', 'appendonly', 'no', 'yes'],
  ])('RD-26 %s is found by %s %s', async (expected, name, value, restored) => {
    expect(await during(name, value, restored)).toEqual([expected])
  })

  it('RD-26 what other processes agreed on is compared', async () => {
    const meta = `qqkit:{${stage.appId}}:meta`
    await stage.command(['HSET', meta, 'format', '0', 'conversation', 'x'])
    expect(await codes()).toEqual(['fatal redis_format'])
    expect(await codes(stage.process({ conversation: ({ place }) => place }))).toEqual([
      'fatal redis_format',
      'warning redis_conversation_key',
    ])
    await stage.command(['DEL', meta])
    const elsewhere = new Redis({ path: server.socket, db: 3 })
    await elsewhere.hset(meta, 'format', '1')
    expect(await codes()).toEqual(['error redis_database'])
    await elsewhere.del(meta)
    elsewhere.disconnect()
  })

  it('RD-26 what the client brings along is looked at', async () => {
    const client = new Redis({ path: server.socket, lazyConnect: true, keyPrefix: 'mine:' })
    expect(await codes(stage.process({ client }))).toEqual(['warning redis_key_prefix'])
    expect(await codes(stage.process({ durability: { replicas: 1 } }))).toEqual(['error redis_no_replica'])
  })

  it('RD-26 a clock that differs is found', async () => {
    const clock = { ...systemClock, wall: () => systemClock.wall() + 3_600_000 }
    expect(await codes(stage.process({ clock }))).toEqual(['warning redis_clock'])
  })

  it('RD-26 a server that is far, or old, is found', async () => {
    const clock = new ManualClock()
    const port = ports.redis(server.socket)
    const far = saying(port, ([name], reply) => {
      if (name === 'PING') void clock.advance(25)
      return name === 'TIME' ? [String(clock.wall() / 1000), '0'] : reply
    })
    expect(await codes(stage.process({ client: far, clock }))).toEqual(['warning redis_far'])
    const old = saying(port, ([name], reply) =>
      name === 'INFO' ? String(reply).replace(/redis_version:.*/, 'redis_version:6.0.16') : reply,
    )
    expect(await codes(stage.process({ client: old }))).toEqual(['fatal redis_too_old'])
    // What it lacks is no news.
    const lacks = 'ERR Unknown Redis command called from Lua script'
    expect(found(['redis_version:6.0.16'], { refused: refused(lacks, 'ERR') })).toEqual([
      'fatal redis_too_old',
    ])
  })

  it('RD-26 a user without a right is told so', async () => {
    await stage.command(['ACL', 'SETUSER', 'few', 'on', '>x', '~*', '&*', '+@all', '-zadd'])
    const client = new Redis({ path: server.socket, lazyConnect: true, username: 'few', password: 'x' })
    expect(await codes(stage.process({ client }))).toEqual(['fatal redis_not_allowed'])
    for (const lack of [
      ['+zadd', '-time'],
      ['+time', '-hlen'],
      ['+hlen', 'resetchannels'],
      ['&*', '-info'],
    ]) {
      await stage.command(['ACL', 'SETUSER', 'few', ...lack])
      expect(await codes(stage.process({ client }))).toEqual(['fatal redis_not_allowed'])
    }
    await stage.command(['ACL', 'DELUSER', 'few'])
  })

  it('RD-26 RD-37 each right of the guide that a user lacks is named', async () => {
    const acl = readFileSync(new URL('../../../docs/many-processes/users.acl', import.meta.url), 'utf8')
    const [, user = '', ...rights] = /^user qqkit .*$/m.exec(acl)![0].split(' ')
    await stage.command(['ACL', 'SETUSER', user, ...rights])
    const client = new Redis({
      path: server.socket,
      lazyConnect: true,
      username: user,
      password: 'change-me',
    })
    const redis = stage.process({ client, durability: { replicas: 1 } })
    const [without, unnamed]: readonly [string[], string[]] = [[], []]
    for (const right of rights.filter((word) => word.startsWith('+'))) {
      const [name = ''] = right.slice(1).split('|')
      await stage.command(['ACL', 'SETUSER', user, `-${name}`])
      const [first] = await redis.check()
      if (first?.code !== 'redis_not_allowed') without.push(name)
      else if (!first.text.en.includes(`'${name}'`)) unnamed.push(name)
      await stage.command(['ACL', 'SETUSER', user, right])
    }
    await stage.command(['ACL', 'DELUSER', user])
    // What these tell is not known then.
    expect([without, unnamed]).toEqual([['ping', 'select', 'client', 'config', 'bgrewriteaof'], []])
  })

  it('RD-26 a replica is found, and a server without scripts', async () => {
    await stage.command(['REPLICAOF', '127.0.0.1', '1'])
    expect(await codes()).toEqual(['fatal redis_replica'])
    await stage.command(['REPLICAOF', 'NO', 'ONE'])
    const without = await RedisServer.start('--appendonly', 'yes', '--rename-command', 'EVALSHA', '')
    const client = new Redis({ path: without.socket, lazyConnect: true })
    expect((await codes(stage.process({ client })))[0]).toBe('fatal redis_no_scripts')
  })

  it('RD-26 a server that cannot be asked is told by an error', async () => {
    const own = await RedisServer.start()
    const client = new Redis({ path: own.socket, lazyConnect: true })
    const redis = stage.process({ client })
    await own.kill()
    await expect(redis.check()).rejects.toMatchObject({ code: 'redis_unavailable' })
  })
})
