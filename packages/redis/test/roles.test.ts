import process from 'node:process'

import type { Delivery, Source } from '@qqkit/core'
import { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'

import { installedClient } from '../src/port/port.js'
import { qqkitRedis } from '../src/qqkit-redis.js'
import { type Role, roleOf, type RoleWorker } from '../src/roles.js'
import { HandSource, message, textOf } from './support/hand-source.js'
import { redisOfTests } from './support/redis-of-tests.js'

const { server, stage } = redisOfTests()

/** The one program of a bot, in a role. */
const program = (role: Role | undefined, more: { readonly signal?: AbortSignal } = {}) => {
  const redis = stage.process()
  const hand = new HandSource()
  const made: string[] = []
  const handled: string[] = []
  let worker: Source | null = null
  const running = redis.run({
    ...(role && { role }),
    publish: () => {
      made.push('gateway')
      return hand
    },
    work: (source): RoleWorker => {
      made.push('worker')
      worker = source
      return {
        start: async () =>
          source.run((delivery: Delivery) => {
            handled.push(textOf(delivery))
            delivery.settle('done')
          }),
        stop: async () => source.close(),
      }
    },
    ...more,
  })
  return { redis, hand, made, handled, running, worker: () => worker }
}

const listeners = (): number => process.listenerCount('SIGTERM') + process.listenerCount('SIGINT')

describe('RD-33 one program in its roles', () => {
  it('RD-33 publishes, works, or does both, and stops on a signal of the process', async () => {
    const before = listeners()
    const front = program('gateway')
    const workers = [program('worker'), program('worker')]
    await stage.until(() => front.hand.status().state === 'ready', 'the gateway does not run')
    for (const who of ['ann', 'bob', 'cid']) front.hand.push(message(who))
    await stage.until(() => workers.flatMap(({ handled }) => handled).length === 3, 'not all are handled')
    expect([front.made, workers.map(({ made }) => made)]).toEqual([['gateway'], [['worker'], ['worker']]])
    expect(front.hand.settled).toHaveLength(3)
    process.emit('SIGTERM')
    await Promise.all([front, ...workers].map(async ({ running }) => running))
    // The connection is closed: nothing keeps the process.
    await expect(front.redis.status()).rejects.toMatchObject({ code: 'redis_closed' })
    expect(listeners()).toBe(before)
  })

  it('RD-33 is both by default, and leaves nothing of what has come', async () => {
    const stop = new AbortController()
    const { hand, made, handled, running } = program(undefined, { signal: stop.signal })
    await stage.until(() => hand.status().state === 'ready', 'the gateway does not run')
    hand.push(message('first'))
    await stage.until(() => handled.length === 1, 'not handled')
    hand.push(message('last'))
    stop.abort()
    await running
    expect([made, hand.settled.length]).toEqual([['gateway', 'worker'], 2])
    const { bodies } = await stage.queue().snapshot()
    expect(handled.length + bodies.size).toBe(2)
  })

  it('RD-33 stops all when a part ends, and rejects with the reason', async () => {
    const before = listeners()
    const { hand, running, worker } = program('all')
    await stage.until(() => hand.status().state === 'ready', 'the gateway does not run')
    hand.push(message('one'))
    await stage.until(() => hand.settled.length === 1, 'not settled')
    // Another process opens the source.
    const other = program('gateway')
    await stage.until(() => other.hand.status().state === 'ready', 'the other does not run')
    other.hand.push(message('two'))
    await stage.until(() => other.hand.settled.length === 1, 'not settled')
    hand.push(message('three'))
    await expect(running).rejects.toMatchObject({ code: 'redis_fenced' })
    expect([hand.status().state, worker()?.status().state]).toEqual(['stopped', 'stopped'])
    process.emit('SIGINT')
    await other.running
    expect(listeners()).toBe(before)
  })

  it('RD-33 takes the role from the environment, and refuses a word that is none', () => {
    expect([undefined, '', 'Worker', ' gateway ', 'all'].map(roleOf)).toEqual([
      'all',
      'all',
      'worker',
      'gateway',
      'all',
    ])
    expect(() => roleOf('workers')).toThrow(/QQKIT_ROLE.*must be one of gateway, worker, all/)
  })
})

describe('RD-34 a client from an address', () => {
  it('RD-34 is loaded when it is needed, and speaks to the server', async () => {
    const port = await server.listen()
    const redis = qqkitRedis({ appId: stage.appId, url: `redis://127.0.0.1:${port}` })
    expect((await redis.status()).events.ready).toBe(0)
    await redis.close()
  })

  it('RD-34 is the first that is installed; none is an error with advice, a broken one an error', async () => {
    const missing = async (): Promise<never> =>
      Promise.reject(Object.assign(new Error('gone'), { code: 'ERR_MODULE_NOT_FOUND' }))
    const port = { duplicate: async () => Promise.reject(new Error('unused')) }
    expect(await installedClient('redis://x', [missing, async () => port])).toBe(port)
    await expect(installedClient('redis://x', [missing, missing])).rejects.toMatchObject({
      code: 'redis_no_client',
      advice: { en: expect.stringContaining('npm install ioredis') },
    })
    const broken = async (): Promise<never> => Promise.reject(new Error('broken'))
    await expect(installedClient('redis://x', [broken, async () => port])).rejects.toThrow('broken')
  })

  it('RD-34 is one of two ways, and says so', () => {
    const client = new Redis({ lazyConnect: true })
    const url = 'redis://127.0.0.1'
    for (const way of [{}, { url: undefined }, { url, client }])
      expect(() => qqkitRedis({ appId: '1', ...way })).toThrow(/give one of them: url, or client/)
    for (const wrong of ['127.0.0.1:6379', 'http://127.0.0.1', 'redis://'])
      expect(() => qqkitRedis({ appId: '1', url: wrong })).toThrow(/redis:\/\//)
    for (const wrong of [
      'redis://h:99999',
      'redis://h/one',
      'redis://h/1/2',
      'redis://:pass/word@h',
      'redis://:pass#word@h',
    ])
      expect(() => qqkitRedis({ appId: '1', url: wrong })).toThrow(/percent-encoded/)
    for (const right of [url, `${url}/`, `${url}/3`, `${url}?db=3`, 'redis://:pass%2Fword@h:1/0'])
      expect(() => qqkitRedis({ appId: '1', url: right })).not.toThrow()
  })
})
