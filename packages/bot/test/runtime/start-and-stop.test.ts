import { setImmediate } from 'node:timers/promises'

import type { Delivery, LogRecord } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { Bot, type BotOptions } from '../../src/index.js'
import { c2c } from '../support/deliveries.js'
import { HandSource } from '../support/hand-source.js'

const setUp = (options: Partial<BotOptions> = {}) => {
  const source = new HandSource()
  const clock = new ManualClock()
  const records: LogRecord[] = []
  const log = (record: LogRecord): void => void records.push(record)
  const bot = new Bot({ appId: '102000001', secret: 'tst-secret-0001', source, clock, log, ...options })
  return { bot, source, clock, records }
}

/** What would have ended the process. */
let unheard: unknown[] = []
const note = (reason: unknown): void => void unheard.push(reason)

beforeEach(() => {
  unheard = []
  process.on('unhandledRejection', note)
})

afterEach(async () => {
  await setImmediate()
  process.off('unhandledRejection', note)
  if (unheard.length > 0) throw new Error('a rejection that nobody heard of', { cause: unheard[0] })
})

describe('starting and stopping in one tick', () => {
  const WISHES: readonly (readonly [wishes: readonly ('start' | 'stop')[], runs: number, ends: string])[] = [
    [['start', 'stop'], 1, 'stopped'],
    [['start', 'stop', 'start'], 2, 'ready'],
    [['start', 'stop', 'start', 'start'], 2, 'ready'],
    [['start', 'stop', 'start', 'stop'], 1, 'stopped'],
    [['start', 'stop', 'stop', 'start'], 2, 'ready'],
    [['start', 'stop', 'start', 'stop', 'start'], 2, 'ready'],
    [['stop', 'start'], 1, 'ready'],
  ]

  it.each(WISHES)('BT-29 %j: %i runs, and the last wish holds: %s', async (wishes, runs, ends) => {
    const { bot, source } = setUp()
    const promises = wishes.map(async (wish) => bot[wish]())
    await setImmediate()
    expect(source.runs).toBe(runs)
    expect(bot.status().state).toBe(ends)
    await bot.stop()
    await Promise.all(promises)
  })

  it('ST-08 waits for ready() leave no listener of their own on the run, and each hears of its end', async () => {
    const { bot, source } = setUp()
    const run = bot.start()
    const listens = vi.spyOn(run, 'then')
    for (let count = 0; count < 3; count += 1) await bot.ready()
    expect(listens.mock.calls.length).toBe(1)
    source.state = 'connecting'
    const waits = [bot.ready(), bot.ready()].map(async (wait) => wait.catch((error: unknown) => error))
    expect(listens.mock.calls.length).toBe(1)
    await bot.stop()
    expect(await Promise.all(waits)).toMatchObject([{ code: 'not_started' }, { code: 'not_started' }])
  })

  it('BT-29 a start during a stop may be left alone, also when its run fails for good', async () => {
    const { bot, source, records } = setUp()
    void bot.start()
    void bot.stop()
    void bot.start()
    await setImmediate()
    expect(source.runs).toBe(2)
    source.fail(new Error('for good'))
    await setImmediate()
    expect(bot.status()).toMatchObject({ state: 'stopped', reason: 'for good' })
    expect(records.filter(({ level }) => level === 'error')).toHaveLength(1)
  })
})

describe('sources of the user', () => {
  it.each(['run', 'close'] as const)(
    'BT-30 one whose %s() never ends does not hold up the stop',
    async (stuck) => {
      const { bot, source, clock, records } = setUp()
      void bot.start()
      if (stuck === 'close') source.close = async () => new Promise(() => {})
      else source.close = async () => {}
      const stopped = bot.stop()
      await clock.advance(5000)
      await stopped
      expect(bot.status().state).toBe('stopped')
      expect(records.map(({ event }) => event)).toContain('bot.source_stuck')
      expect(clock.pending).toBe(0)
    },
  )

  it('BT-30 a delivery whose settle() or acknowledged throws ends no process and blocks no conversation', async () => {
    const { bot, source } = setUp()
    const seen: string[] = []
    bot.on('message', (ctx) => {
      seen.push(ctx.text)
    })
    void bot.start()
    const broken = (text: string): Delivery => ({
      ...c2c(text, 'A1'),
      settle: () => {
        throw new Error('settle')
      },
      get acknowledged(): boolean {
        throw new Error('acknowledged')
      },
    })
    source.push(broken('1'))
    source.push(broken('2'))
    await setImmediate()
    expect(seen).toEqual(['1', '2'])
    await bot.stop()
  })
})

describe('middleware alone', () => {
  it.each(['gateway', 'webhook'] as const)(
    'BT-31 over %s: says what to do, or needs no intents',
    async (source) => {
      const { bot } = setUp({ source })
      bot.use(async (_ctx, next) => next())
      if (source === 'webhook') {
        const running = bot.start()
        await bot.stop()
        await running
        return
      }
      await expect(bot.start()).rejects.toMatchObject({
        code: 'no_intents',
        advice: { en: expect.stringContaining("bot.on('raw'"), zh: expect.stringContaining("bot.on('raw'") },
      })
    },
  )

  it('BT-31 the same where no handler gets the permission that it needs', async () => {
    const { bot } = setUp({ source: 'gateway' })
    bot.on('FORUM_THREAD_CREATE', () => {})
    await expect(bot.start()).rejects.toMatchObject({ code: 'no_intents' })
  })
})
