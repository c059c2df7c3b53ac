import { channel } from 'node:diagnostics_channel'

import type { LogRecord } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import { type Missing, PeerWatch } from '../src/events/peer-watch.js'
import { missingOf } from '../src/worker/missing.js'
import { HandSource } from './support/hand-source.js'
import { peersOf } from '../src/queue/peers.js'
import { redisOfTests } from './support/redis-of-tests.js'
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
    const { server } = redisOfTests()

    it('RD-36 tells a worker which events no gateway receives, as its own one would', async () => {
      const stage = new RedisStage(server)
      const seen: (Missing | null)[] = []
      const unheard = (intents: number) =>
        (intents & 2) === 0 ? [{ event: 'interaction', intent: 'INTERACTION' }] : []
      const publish = (intents?: number) => {
        const hand = new HandSource()
        const publisher = stage
          .process()
          .publish(Object.assign(hand, intents === undefined ? {} : { intents }))
        const running = publisher.run()
        return async () => {
          await publisher.close()
          await running
        }
      }
      const peers = peersOf(stage.command, `qqkit:{${stage.appId}}:`)
      const look = async (count: number): Promise<void> => {
        await stage.until(async () => (await peers.all()).length === count, `not ${count}`)
        seen.push(missingOf(await peers.all(), unheard))
      }
      await look(0)
      const close = [publish(1)]
      await look(1)
      close.push(publish(2))
      await look(2)
      await close.pop()!()
      close.push(publish())
      await look(2)
      expect(seen.map((one) => one?.code ?? null)).toEqual([
        'redis_no_publisher',
        'redis_intents',
        null,
        null,
      ])
      expect(seen[1]?.message).toContain('INTERACTION')
      for (const one of close) await one()
      await stage.dispose()
    })

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
