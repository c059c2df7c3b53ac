import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { LogRecord } from '@qqkit/core'
import { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'

import type { RedisError } from '../src/port/errors.js'
import { HandSource, message } from './support/hand-source.js'
import { redisOfTests } from './support/redis-of-tests.js'
import { RedisServer } from './support/redis-server.js'
import { RedisStage } from './support/redis-stage.js'

/** A server about which there is nothing to say. */
const WELL = ['--appendonly', 'yes', '--aof-load-truncated', 'no']

const { stage } = redisOfTests(...WELL)

interface Failed {
  readonly error: RedisError | null
}

/** A publisher with an event, and a worker, each with a log of its own. */
const start = (client?: Redis) => {
  const records = { publisher: [] as LogRecord[], worker: [] as LogRecord[] }
  const process = (name: keyof typeof records) =>
    stage.process({
      lease: 900,
      ...(client && { client }),
      log: (record) => {
        if (record.level !== 'debug') records[name].push(record)
      },
    })
  const hand = new HandSource()
  const publisher = process('publisher').publish(hand)
  const source = process('worker').source()
  const ended: { publisher?: Failed; worker?: Failed } = {}
  let handled = 0
  const watch = (name: keyof typeof ended, running: Promise<void>): Promise<void> =>
    running.then(
      () => void (ended[name] = { error: null }),
      (error: RedisError) => void (ended[name] = { error }),
    )
  const ends = [
    watch('publisher', publisher.run()),
    watch(
      'worker',
      source.run((delivery) => {
        handled += 1
        delivery.settle('done')
      }),
    ),
  ]
  hand.push(message('one'))
  return {
    hand,
    records,
    ended,
    publisher,
    source,
    handled: () => handled,
    lines: (name: keyof typeof records) =>
      records[name].map(({ event, code }) => [event, code].join(' ').trim()),
    close: async () => {
      await Promise.all([publisher.close(), source.close()])
      await Promise.all(ends)
    },
  }
}

type Started = ReturnType<typeof start>

const both = (holds: (name: 'publisher' | 'worker') => boolean): boolean =>
  holds('publisher') && holds('worker')

/** Waits until each has said one line; and a little longer, in which it says no other. */
const oneLineEach = async (started: Started): Promise<void> => {
  await stage.until(() => both((name) => started.records[name].length > 0), 'somebody says nothing')
  await stage.outlast(600)
  expect(started.lines('publisher')).toEqual(['redis.publish_waits'])
  expect(started.lines('worker')).toEqual(['redis.work_waits'])
  for (const name of ['publisher', 'worker'] as const) {
    const error = started.records[name][0]?.['error'] as RedisError
    expect(error.advice?.zh).toMatch(/\p{Script=Han}/u)
  }
  expect([started.publisher.status().state, started.source.status().state]).toEqual(['waiting', 'waiting'])
  expect([started.hand.settled, started.handled()]).toEqual([[], 0])
}

const goesOn = async (started: Started): Promise<void> => {
  await stage.until(() => started.handled() === 1 && started.hand.settled.length === 1, 'it does not go on')
  expect(started.ended).toEqual({})
}

describe('RD-31 a start', () => {
  it('RD-31 without a server waits, says so in one line, and goes on when it is there', async () => {
    const own = await RedisServer.start(...WELL)
    await own.kill()
    const started = start(new Redis({ path: own.socket, lazyConnect: true }))
    await oneLineEach(started)
    expect(started.source.status().reason).toContain('Redis cannot be reached')
    await own.start()
    await goesOn(started)
    await started.close()
  })

  it('RD-31 with a wrong address or password waits, and says so in one line', async () => {
    const started = start(new Redis('redis://127.0.0.1:1', { lazyConnect: true }))
    await oneLineEach(started)
    await started.close()
    const own = await RedisServer.start(...WELL)
    const setUp = new Redis({ path: own.socket })
    await setUp.config('SET', 'requirepass', 'secret')
    setUp.disconnect()
    for (const password of [undefined, 'wrong']) {
      const refused = start(new Redis({ path: own.socket, lazyConnect: true, ...(password && { password }) }))
      await oneLineEach(refused)
      expect(refused.source.status().reason).toMatch(/NOAUTH|WRONGPASS/)
      await refused.close()
    }
  })

  it('RD-31 with a replica waits, and goes on when it is the primary', async () => {
    await stage.command(['PING'])
    await stage.command(['REPLICAOF', '127.0.0.1', '1'])
    const started = start()
    await oneLineEach(started)
    expect(started.records.worker[0]).toMatchObject({ error: { code: 'redis_replica' } })
    await stage.command(['REPLICAOF', 'NO', 'ONE'])
    await goesOn(started)
    await started.close()
  })

  it('RD-31 with a full disk waits, and goes on when there is room', async () => {
    const own = await RedisServer.start(...WELL, '--appendonly', 'no', '--enable-protected-configs', 'yes')
    const full = new RedisStage(own)
    const gone = mkdtempSync(join(tmpdir(), 'qqkit-full-'))
    await full.command(['CONFIG', 'SET', 'dir', gone])
    await full.command(['CONFIG', 'SET', 'save', '3600 1'])
    rmSync(gone, { recursive: true })
    await full.command(['BGSAVE'])
    const failed = async (): Promise<boolean> =>
      String(await full.command(['INFO', 'persistence'])).includes('rdb_last_bgsave_status:err')
    await full.until(failed, 'the save does not fail')
    const started = start(new Redis({ path: own.socket, lazyConnect: true }))
    await oneLineEach(started)
    expect(started.source.status().reason).toContain('cannot save its data')
    await full.command(['CONFIG', 'SET', 'dir', own.folder])
    await full.command(['BGSAVE'])
    await goesOn(started)
    await started.close()
    await full.dispose()
  })

  it.each([
    ['that evicts', ['--maxmemory-policy', 'allkeys-lru'], 'maxmemory-policy is allkeys-lru'],
    ['without scripts', ['--rename-command', 'EVALSHA', ''], 'a script does not run'],
  ])('RD-31 with a server %s is refused, with advice', async (_, options, said) => {
    const own = await RedisServer.start(...WELL, ...options)
    const started = start(new Redis({ path: own.socket, lazyConnect: true }))
    await stage.until(() => both((name) => started.ended[name] !== undefined), 'it is not refused')
    for (const name of ['publisher', 'worker'] as const) {
      const error = started.ended[name]?.error
      expect([error?.code, error?.message.includes(said)]).toEqual(['redis_unfit', true])
      expect(error?.advice?.zh).toMatch(/\p{Script=Han}/u)
      expect(started.lines(name)).toEqual([])
    }
    expect([started.hand.settled, started.handled(), started.hand.status().state]).toEqual([[], 0, 'stopped'])
  })

  it('RD-31 with a server that forgets says so in one line, and works', async () => {
    await stage.command(['CONFIG', 'SET', 'appendonly', 'no'])
    const started = start()
    await goesOn(started)
    for (const name of ['publisher', 'worker'] as const)
      expect(started.lines(name)).toEqual(['redis.finding redis_not_durable'])
    expect(started.records.worker[0]).toMatchObject({ level: 'warn', advice: { zh: expect.any(String) } })
    await stage.command(['CONFIG', 'SET', 'appendonly', 'yes'])
    await started.close()
  })

  it('RD-31 that is stopped before a server was found ends', async () => {
    const own = await RedisServer.start()
    await own.kill()
    const started = start(new Redis({ path: own.socket, lazyConnect: true }))
    await stage.until(() => both((name) => started.records[name].length > 0), 'somebody says nothing')
    await started.source.close()
    await stage.until(() => started.ended.worker !== undefined, 'the worker does not end')
    expect(started.ended.worker).toEqual({ error: null })
    await started.close()
    expect([started.ended.publisher, started.hand.settled]).toEqual([{ error: null }, []])
  })

  it('RD-31 refuses a key of conversations that the raw event cannot answer', () => {
    const make = (conversation: () => unknown) => () =>
      stage.process({ conversation: conversation as () => string }).publish(new HandSource())
    expect(make(async () => 'later')).toThrow(/from the raw event alone/)
    expect(
      make(() => {
        throw new TypeError('no ctx')
      }),
    ).toThrow(/no ctx/)
  })
})
