import type { LogRecord } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import { KeyedQueue } from '../../src/dispatch/keyed-queue.js'
import { Bot } from '../../src/index.js'
import { collapseRepeats } from '../../src/runtime/log.js'
import { c2c } from '../support/deliveries.js'
import { HandSource } from '../support/hand-source.js'
import { Stage } from '../support/stage.js'
import { task } from '../support/task.js'

const SECOND = 1000
const forever = async (): Promise<void> => new Promise(() => {})

const limits = (concurrency: number, waiting: number, perLane?: number) => ({
  concurrency,
  waiting,
  perLane,
  onFull: () => 'drop-oldest' as const,
})

describe('BT-22 a flood drops its own events first', () => {
  it('in a full queue: the other user’s message stays, the flooder’s oldest go', () => {
    const dropped: string[] = []
    const queue = new KeyedQueue(limits(1, 20))
    const push = (key: string, name: string): void =>
      queue.push(task(key, { run: forever, drop: () => dropped.push(name) }))
    push('busy', 'runs')
    push('other', 'single')
    for (let i = 0; i < 30; i += 1) push('flooder', `flood ${i}`)
    push('third', 'late')
    expect(dropped).toEqual(Array.from({ length: 12 }, (_, i) => `flood ${i}`))
    expect(queue.size.waiting).toBe(20)
  })

  it('in its own lane, long before the queue is full', () => {
    const dropped: string[] = []
    const queue = new KeyedQueue(limits(1, 1000, 3))
    for (let i = 0; i < 6; i += 1)
      queue.push(task('flooder', { run: forever, drop: () => dropped.push(String(i)) }))
    expect(dropped).toEqual(['1', '2'])
    expect(queue.size).toEqual({ running: 1, waiting: 3 })
  })

  it('and what waited longest goes where all lanes are as long', () => {
    const dropped: string[] = []
    const queue = new KeyedQueue(limits(1, 2))
    for (const key of ['runs', 'a', 'b', 'c', 'd'])
      queue.push(task(key, { run: forever, drop: () => dropped.push(key) }))
    expect(dropped).toEqual(['a', 'b'])
  })
})

describe('BT-23 dropped events', () => {
  it('reaches a hook with its context, can be answered, and is not handled later', async () => {
    const stage = new Stage({
      limits: limits(1, 1),
      onDropped: async (ctx) => ctx.reply(`too busy for ${(ctx as { text?: string }).text}`),
    })
    stage.handlers.on('message', null, forever)
    const events = ['1', '2', '3'].map((text) => c2c(text))
    for (const event of events) stage.intake.deliver(event)
    await stage.clock.settle()
    expect(stage.texts).toEqual(['too busy for 2'])
    expect(events.map(({ outcomes }) => outcomes)).toEqual([[], ['abandoned'], []])
  })

  it('is given up all the same when the hook throws or hangs', async () => {
    for (const hook of [() => Promise.reject(new Error('bang')), forever]) {
      const stage = new Stage({ limits: limits(1, 1), onDropped: hook, handlerTimeout: 10 * SECOND })
      stage.handlers.on('message', null, forever)
      const events = ['1', '2', '3'].map((text) => c2c(text))
      for (const event of events) stage.intake.deliver(event)
      await stage.clock.advance(21 * SECOND)
      expect(events[1]?.outcomes).toEqual(['abandoned'])
      expect(stage.records).toContainEqual(expect.objectContaining({ event: 'bot.handler_failed' }))
    }
  })
})

const botWith = (options = {}) => {
  const clock = new ManualClock()
  const source = new HandSource()
  const records: LogRecord[] = []
  const bot = new Bot({
    appId: '102000001',
    secret: 'tst-secret-0001',
    source,
    clock,
    log: (record) => records.push(record),
    ...options,
  })
  return { bot, clock, source, records, of: (event: string) => records.filter((one) => one.event === event) }
}

describe('BT-24 a bot whose places are all taken', () => {
  it('says so in status and log within seconds, once, and when there is room again', async () => {
    const { bot, clock, source, of } = botWith({ concurrency: 2, handlerTimeout: 20 * SECOND })
    bot.on('message', forever)
    void bot.start()
    await clock.settle()
    for (let i = 0; i < 5; i += 1) source.push(c2c('hi', `user-${i}`))
    await clock.advance(4 * SECOND)
    expect(bot.status()).toMatchObject({ state: 'ready', reason: 'hand is ready' })
    await clock.advance(SECOND)
    expect(bot.status()).toMatchObject({
      state: 'ready',
      reason: 'all 2 places for handlers have been taken for 5 s; 3 events wait',
      advice: { en: expect.stringContaining('ctx.signal') },
    })
    await clock.advance(10 * SECOND)
    expect(of('bot.places_taken')).toMatchObject([{ level: 'warn', places: 2, waiting: 3 }])
    await clock.advance(200 * SECOND)
    expect(of('bot.places_taken')).toHaveLength(1)
    expect(of('bot.places_free')).toHaveLength(1)
    expect(bot.status()).toMatchObject({ reason: 'hand is ready', advice: null })
    await bot.stop()
    expect(clock.pending).toBe(0)
  })

  it('says nothing of a peak', async () => {
    const { bot, clock, source, of } = botWith({ concurrency: 1 })
    bot.on(
      'message',
      async () => new Promise((resolve) => clock.setTimer(4 * SECOND, () => resolve(undefined))),
    )
    void bot.start()
    await clock.settle()
    source.push(c2c('hi', 'a'))
    await clock.advance(60 * SECOND)
    expect(of('bot.places_taken')).toEqual([])
    await bot.stop()
  })

  it('reports a handler that runs for a minute, once, and gives it its whole time', async () => {
    const { bot, clock, source, of } = botWith({ handlerTimeout: 150 * SECOND })
    bot.on('message', forever)
    void bot.start()
    await clock.settle()
    source.push(c2c('hi'))
    await clock.advance(60 * SECOND - 1)
    expect(of('bot.handler_slow')).toEqual([])
    await clock.advance(1)
    expect(of('bot.handler_slow')).toMatchObject([{ level: 'warn', name: 'C2C_MESSAGE_CREATE' }])
    await clock.advance(90 * SECOND - 1)
    expect(bot.status()).toMatchObject({ running: 1, failed: 0 })
    await clock.advance(1)
    expect(bot.status()).toMatchObject({ failed: 1 })
    await clock.advance(300 * SECOND)
    expect(of('bot.handler_slow')).toHaveLength(1)
    expect(bot.status()).toMatchObject({ running: 0 })
    await bot.stop()
  })
})

describe('BT-25 a flood of equal records', () => {
  it('of a hundred thousand dropped events is one record, and one more with their count', async () => {
    const { bot, clock, source, of } = botWith({ concurrency: 1, maxWaiting: 10 })
    bot.on('message', forever)
    void bot.start()
    await clock.settle()
    for (let i = 0; i < 100_011; i += 1) source.push(c2c('hi', `user-${i % 300}`))
    expect(of('bot.queue_full')).toHaveLength(1)
    await clock.advance(10 * SECOND)
    expect(of('bot.queue_full')).toMatchObject([{ level: 'warn' }, { level: 'warn', count: 99_999 }])
    const stopped = bot.stop()
    await clock.advance(10 * SECOND)
    await stopped
  })

  it('is counted by kind, starts again later, sets no timer for a single one, and is written at a flush', async () => {
    const clock = new ManualClock()
    const records: LogRecord[] = []
    const { sink, flush } = collapseRepeats((record) => records.push(record), clock)
    const warn = (message: string, error?: Error): void => sink({ level: 'warn', event: 'x', message, error })
    warn('a')
    warn('b')
    warn('a', new Error('else'))
    sink({ level: 'error', event: 'x', message: 'a' })
    sink({ level: 'error', event: 'x', message: 'a' })
    expect(records).toHaveLength(5)
    expect(clock.pending).toBe(0)
    await clock.advance(10 * SECOND)
    warn('a')
    expect(records).toHaveLength(6)
    warn('a')
    warn('a')
    expect(records).toHaveLength(6)
    flush()
    expect(records).toHaveLength(7)
    expect(records.at(-1)).toMatchObject({ count: 2, message: 'a (2 times more within 10 s)' })
    expect(clock.pending).toBe(0)
  })
})
