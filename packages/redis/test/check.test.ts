import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { findingsOf, type ServerFacts } from '../src/decisions/findings.js'
import { parseInfo } from '../src/port/greeting.js'
import { RedisServer } from './support/redis-server.js'
import { RedisStage } from './support/redis-stage.js'

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
  scripts: null,
  roundTrip: 0.3,
  skew: 5,
  backlog: 100_000,
  ...more,
})

const found = (lines: readonly string[], more: Partial<ServerFacts> = {}): readonly string[] =>
  findingsOf(facts(lines, more)).map(({ level, code }) => `${level} ${code}`)

describe('RD-26 what is wrong with a server', () => {
  it('RD-26 is nothing where all is well', () => {
    expect(found([])).toEqual([])
    expect(found(['redis_version:6.2.0'])).toEqual([])
    expect(found(['maxmemory:1000000000', 'used_memory:1000'])).toEqual([])
  })

  it.each<[string, readonly string[], Partial<ServerFacts>]>([
    ['fatal redis_too_old', ['redis_version:6.0.16'], {}],
    ['fatal redis_too_old', ['redis_version:5.0.7'], {}],
    ['fatal redis_no_scripts', [], { scripts: 'ERR unknown command' }],
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
    for (const { advice, message } of findingsOf(facts(lines, more)))
      expect([advice.en, advice.zh, message].every((text) => text.length > 5)).toBe(true)
  })

  it('RD-26 begins with the worst', () => {
    const levels = findingsOf(facts(['aof_enabled:0', 'rdb_last_bgsave_status:err', 'role:slave'])).map(
      ({ level }) => level,
    )
    expect(levels).toEqual(['fatal', 'error', 'warning'])
  })

  describe('on a server', () => {
    let server: RedisServer
    beforeAll(async () => {
      server = await RedisServer.start('--appendonly', 'yes')
    })
    afterAll(async () => server.dispose())

    it('RD-26 is looked for where it is asked', async () => {
      const stage = new RedisStage(server)
      const redis = stage.process()
      expect((await redis.check()).map(({ code }) => code)).toEqual(['redis_torn_tail'])
      await stage.command(['CONFIG', 'SET', 'aof-load-truncated', 'no'])
      await stage.command(['CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru'])
      expect((await redis.check()).map(({ code }) => code)).toEqual(['redis_evicts'])
      await server.kill()
      await expect(redis.check()).rejects.toMatchObject({ code: 'redis_unavailable' })
      await stage.dispose()
    })
  })
})
