import { setImmediate } from 'node:timers/promises'

import { type LogRecord, OptionsError } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import { Bot, type BotOptions, type Context, type Middleware } from '../../src/index.js'
import { thrownBy } from '../support/catcher.js'
import { c2c } from '../support/deliveries.js'
import { HandSource } from '../support/hand-source.js'

const credentials = { appId: '102000001', secret: 'tst-secret-0001' }

const setUp = (options: Partial<BotOptions> = {}) => {
  const source = new HandSource()
  const clock = new ManualClock()
  const records: LogRecord[] = []
  const log = (record: LogRecord): void => void records.push(record)
  const bot = new Bot({ ...credentials, source, clock, log, ...options })
  return { bot, source, clock, records }
}

describe('Bot', () => {
  it('ST-04 a bot that is started several times runs once, and again after a stop', async () => {
    const { bot, source } = setUp()
    const { rest } = bot
    const first = bot.start()
    expect(bot.start()).toBe(first)
    expect(bot.rest).toBe(rest)
    expect(bot.status()).toMatchObject({ state: 'ready', reason: 'hand is ready' })
    await bot.stop()
    await first
    expect(source.runs).toBe(1)
    expect(bot.status()).toMatchObject({
      state: 'stopped',
      reason: 'stopped on request',
      api: 'https://api.bot.qq.com',
      sources: [],
    })
    const second = bot.start()
    expect(source.runs).toBe(2)
    // What was stopped is closed for good.
    expect(bot.rest).not.toBe(rest)
    await Promise.all([bot.stop(), bot.stop()])
    await second
  })

  it('ST-04 a bot that is started while it stops starts again', async () => {
    const { bot, source } = setUp()
    void bot.start()
    const stopped = bot.stop()
    await setImmediate()
    const again = bot.start()
    await stopped
    await setImmediate()
    expect(source.runs).toBe(2)
    await bot.stop()
    await again
  })

  it('may be stopped without ever having been started', async () => {
    const { bot } = setUp()
    await bot.stop()
    expect(bot.status().state).toBe('idle')
  })

  it('ST-04 a start rejects with the error that ended the bot; without an await the error is reported', async () => {
    const { bot, source, records } = setUp()
    const run = bot.start()
    source.fail(new Error('4914: the bot is offline'))
    await expect(run).rejects.toThrow('4914')
    expect(bot.status()).toMatchObject({ state: 'stopped', reason: '4914: the bot is offline' })
    expect(records).toMatchObject([{ level: 'error', event: 'bot.stopped' }])
    void bot.start()
    source.fail(new Error('again'))
    await setImmediate()
    expect(records).toHaveLength(2)
  })

  it('closes the other sources when one of them fails', async () => {
    const other = new HandSource()
    const source = new HandSource()
    const { bot } = setUp({ source: [source, other] })
    const run = bot.start()
    other.state = 'waiting'
    expect(bot.status()).toMatchObject({
      state: 'waiting',
      sources: [{ state: 'ready' }, { state: 'waiting' }],
    })
    source.fail(new Error('gone'))
    await expect(run).rejects.toThrow('gone')
    expect(other.closes).toHaveLength(1)
  })

  it('ST-05 handlers finish before a bot closes: no new event is taken, finished ones are settled', async () => {
    const { bot, source, clock } = setUp()
    const order: string[] = []
    let release = (): void => {}
    bot.on('message', async () => {
      await new Promise<void>((resolve) => {
        release = resolve
      })
      order.push(`handled, source ${source.state}`)
    })
    const run = bot.start()
    const begun = c2c('begun')
    source.push(begun)
    const stopped = bot.stop()
    await setImmediate()
    expect(bot.status()).toMatchObject({ state: 'stopping', running: 1 })
    const late = c2c('late')
    source.push(late)
    release()
    await Promise.all([stopped, run])
    expect(order).toEqual(['handled, source ready'])
    expect(begun.outcomes).toEqual(['done'])
    expect(late.outcomes).toEqual([])
    expect(bot.status()).toMatchObject({ handled: 1, failed: 0 })
    expect(clock.pending).toBe(0)
  })

  it('ST-05 gives up handlers after stopTimeout, aborts their signals and leaves their events to the next process', async () => {
    const { bot, source, clock, records } = setUp({ stopTimeout: 1000 })
    let signal: AbortSignal | undefined
    bot.on('message', async (ctx) => {
      signal = ctx.signal
      await new Promise(() => {})
    })
    const run = bot.start()
    const stuck = c2c('stuck')
    source.push(stuck)
    const stopped = bot.stop()
    await clock.advance(1000)
    await Promise.all([stopped, run])
    expect(signal?.aborted).toBe(true)
    expect(stuck.outcomes).toEqual([])
    expect(records).toMatchObject([
      { event: 'bot.handler_failed', code: 'stopping' },
      { event: 'bot.stopped' },
    ])
    expect(clock.pending).toBe(0)
  })

  it('ST-05 the replies of an interrupted handler are refused: its event will come again', async () => {
    const { bot, source, clock } = setUp({ stopTimeout: 1000 })
    let sent: Promise<unknown> | undefined
    bot.on('message', async (ctx) => {
      await new Promise((resolve) => {
        ctx.signal.addEventListener('abort', resolve)
      })
      await setImmediate()
      await bot.stop()
      sent = ctx.reply('too late')
      await sent
    })
    void bot.start()
    source.push(c2c('stuck'))
    const stopped = bot.stop()
    await clock.advance(1000)
    await stopped
    await setImmediate()
    await setImmediate()
    await expect(sent).rejects.toThrow(/closed/)
  })

  it('RS-05 a bot that is started again handles an interrupted event as possibly answered', async () => {
    const { bot, source, clock } = setUp({ stopTimeout: 1000 })
    const replayed: boolean[] = []
    bot.on('message', async (ctx) => {
      replayed.push(ctx.replayed)
      if (replayed.length === 1) await new Promise(() => {})
    })
    void bot.start()
    const event = c2c('stuck')
    source.push(event)
    const stopped = bot.stop()
    await clock.advance(1000)
    await stopped
    void bot.start()
    source.push(event)
    await setImmediate()
    expect(event.outcomes).toEqual(['done'])
    expect(replayed).toEqual([false, true])
    await bot.stop()
  })

  it('keeps the session for the next process only with a durable store', async () => {
    const store = { durable: true, open: async () => Promise.reject(new Error('unused')) }
    for (const [options, resumable] of [
      [{}, false],
      [{ store: { ...store, durable: false } }, false],
      [{ store }, true],
    ] as const) {
      const { bot, source } = setUp(options)
      void bot.start()
      await bot.stop()
      expect(source.closes).toEqual([{ resumable }])
    }
  })

  it('lets an event through several middlewares in the order in which they were given', async () => {
    const { bot, source } = setUp()
    const order: string[] = []
    const step =
      (name: string): Middleware<Context> =>
      async (_ctx, next) => {
        order.push(name)
        await next()
      }
    bot.use(step('first'), step('second')).use(step('third'))
    const run = bot.start()
    source.push(c2c('hi'))
    await bot.stop()
    await run
    expect(order).toEqual(['first', 'second', 'third'])
  })

  it('BT-03 a running bot refuses handlers, and takes them after a stop', async () => {
    const { bot } = setUp()
    void bot.start()
    const register = [
      () => bot.on('message', () => {}),
      () => bot.command('ping', () => {}),
      () => bot.hears('hi', () => {}),
      () => bot.use(() => {}),
      () => bot.catch(() => {}),
      () => bot.help(),
    ]
    for (const act of register) expect(thrownBy(act)).toMatchObject({ code: 'registered_after_start' })
    await bot.stop()
    for (const act of register) act()
  })

  it('ST-05 a signal stops the bot, and a second one ends the process at once', async () => {
    const before = process.listenerCount('SIGTERM')
    const { bot, source } = setUp({ handleSignals: true })
    let release = (): void => {}
    bot.on('message', async () => {
      await new Promise<void>((resolve) => {
        release = resolve
      })
    })
    const run = bot.start()
    source.push(c2c('slow'))
    process.emit('SIGTERM')
    await setImmediate()
    expect(bot.status()).toMatchObject({ state: 'stopping', running: 1 })
    expect(process.listenerCount('SIGTERM')).toBe(before)
    release()
    await run
    expect(bot.status()).toMatchObject({ state: 'stopped', handled: 1 })
  })

  it('listens for signals only while it runs and only when asked to', async () => {
    const listeners = (): number => process.listenerCount('SIGTERM') + process.listenerCount('SIGINT')
    const before = listeners()
    const { bot } = setUp({ handleSignals: true })
    void bot.start()
    expect(listeners()).toBe(before + 2)
    await bot.stop()
    expect(listeners()).toBe(before)
    const { bot: quiet } = setUp()
    void quiet.start()
    expect(listeners()).toBe(before)
    await quiet.stop()
  })
})

describe('options of a bot', () => {
  it.each<readonly [string, unknown, string, RegExp]>([
    ['no secret', { appId: '102000001' }, 'secret', /AppSecret.*QQ_APP_SECRET/],
    [
      'a secret that is not set',
      { appId: '102000001', secret: undefined },
      'secret',
      /environment variable set/,
    ],
    ['a secret with a line end', { appId: '102000001', secret: 'tst-secret-0001\n' }, 'secret', /trim\(\)/],
    ['an AppID with blanks', { appId: ' 102000001', secret: 'tst-secret-0001' }, 'appId', /trim\(\)/],
    ['no AppID', { secret: 'tst-secret-0001' }, 'appId', /AppID/],
    ['an AppID that is a number', { appId: 102000001, secret: 'tst-secret-0001' }, 'appId', /digits as text/],
    ['id and secret swapped', { appId: 'tst-secret-0001', secret: '102000001' }, 'appId', /swapped/],
    ['no options at all', undefined, '', /appId, secret/],
    ['an unknown option', { ...credentials, prefx: '/' }, 'prefx', /no such option/],
    [
      'an intent that does not exist',
      { ...credentials, intents: ['GROUPS'] },
      'intents.0',
      /GROUP_AND_C2C_EVENT/,
    ],
    ['a timeout that is no number', { ...credentials, handlerTimeout: '5s' }, 'handlerTimeout', /ms/],
    [
      'messages that are too short to be streamed',
      { ...credentials, maxTextLength: 99 },
      'maxTextLength',
      /100 up/,
    ],
    ['an empty prefix', { ...credentials, prefix: '' }, 'prefix', /not.*empty/],
    ['a base URL that is none', { ...credentials, baseUrl: 'sandbx' }, 'baseUrl', /sandbox/],
    ['a wrong option of the HTTP client', { ...credentials, rest: { timeout: -1 } }, 'timeout', /ms/],
    ['a source that is none', { ...credentials, source: {} }, 'source', /Source/],
  ])('tells of %s', (_what, options, path, hint) => {
    const error = thrownBy(() => new Bot(options as BotOptions))
    expect(error).toBeInstanceOf(OptionsError)
    expect(error).toMatchObject({ path, hint: expect.stringMatching(hint) as string })
    expect(String(error)).not.toContain('tst-secret-0001')
  })

  it('ST-04 refuses to start with nothing to listen for, awaited or not', async () => {
    const records: LogRecord[] = []
    const bot = new Bot({ ...credentials, log: (record) => void records.push(record) })
    // Nobody waits for it: a rejection that nobody handles fails the test run.
    void bot.start()
    await setImmediate()
    expect(records.splice(0)).toHaveLength(1)
    await expect(bot.start()).rejects.toMatchObject({ code: 'no_handlers' })
    expect(records).toMatchObject([{ level: 'error', event: 'bot.stopped' }])
    await bot.stop()
  })
})
