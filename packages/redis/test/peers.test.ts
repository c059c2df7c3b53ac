import { channel } from 'node:diagnostics_channel'

import type { LogRecord } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type Missing, PeerWatch } from '../src/events/peer-watch.js'
import { HandSource } from './support/hand-source.js'
import { RedisServer } from './support/redis-server.js'
import { RedisStage } from './support/redis-stage.js'

const NO_WORKERS: Missing = { code: 'redis_no_workers', message: 'no worker takes the events of the queue' }

describe('RD-36 the other side of the queue', () => {
  const watching = () => {
    const clock = new ManualClock()
    const records: LogRecord[] = []
    const side: { answer: Missing | null | Error; looks: number } = { answer: null, looks: 0 }
    const watch = new PeerWatch({
      clock,
      log: (record) => void records.push(record),
      look: async () => {
        side.looks += 1
        if (side.answer instanceof Error) throw side.answer
        return side.answer
      },
    })
    return { clock, records, side, watch, running: watch.run() }
  }

  it('RD-36 is missed after a minute, once, with advice, and again when it came and went', async () => {
    const { clock, records, side, watch, running } = watching()
    await clock.advance(40_000)
    side.answer = NO_WORKERS
    await clock.advance(60_000)
    expect([watch.problem, records]).toEqual([null, []])
    await clock.advance(120_000)
    expect(watch.problem?.code).toBe('redis_no_workers')
    const advice = { zh: expect.stringContaining('worker') }
    expect(records).toMatchObject([{ level: 'warn', code: 'redis_no_workers', advice }])
    side.answer = null
    await clock.advance(20_000)
    expect(watch.problem).toBe(null)
    side.answer = NO_WORKERS
    await clock.advance(80_000)
    expect(records).toHaveLength(2)
    watch.close()
    await running
    expect(clock.pending).toBe(0)
  })

  it('RD-36 is not judged while the server is away', async () => {
    const { clock, records, side, watch, running } = watching()
    side.answer = new Error('away')
    await clock.advance(300_000)
    expect([watch.problem, records, side.looks]).toEqual([null, [], 16])
    watch.close()
    await running
  })

  describe('on a server', () => {
    let server: RedisServer
    beforeAll(async () => {
      server = await RedisServer.start()
    })
    afterAll(async () => server.dispose())

    it('RD-36 is counted: publishers while they run, and the diagnostics channel gets the status', async () => {
      const stage = new RedisStage(server)
      const records: LogRecord[] = []
      const listen = (record: unknown): void => void records.push(record as LogRecord)
      channel('qqkit:redis').subscribe(listen)
      const redis = stage.process()
      const publisher = redis.publish(new HandSource())
      const running = publisher.run()
      await stage.until(async () => (await redis.status()).publishers === 1, 'it is not counted')
      await stage.until(() => records.some(({ event }) => event === 'redis.status'), 'no record')
      expect(records.find(({ event }) => event === 'redis.status')).toMatchObject({
        level: 'debug',
        events: { ready: 0, running: 0, oldest: null, workers: 0 },
        publishers: 1,
        rewinds: 0,
      })
      await publisher.close()
      await running
      expect((await redis.status()).publishers).toBe(0)
      channel('qqkit:redis').unsubscribe(listen)
      await stage.dispose()
    })
  })
})
