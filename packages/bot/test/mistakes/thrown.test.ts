/** What somebody's functions throw, and what they return: anything at all. */
import { QqkitError, type LogRecord } from '@qqkit/core'
import { sleep } from '@qqkit/core/internal'
import { ManualClock } from '@qqkit/core/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { Bot, type Context, type Middleware } from '../../src/index.js'
import { conversationTimeout, errorReply, history, session, throttle } from '../../src/middleware/index.js'
import { c2c } from '../support/deliveries.js'
import { HandSource } from '../support/hand-source.js'
import { memoryBot } from '../support/memory-bot.js'

const explode = (): never => {
  throw new Error('looked at')
}
const traps = { get: explode, has: explode, getPrototypeOf: explode }

/** What can be thrown, and what `instanceof`, `String()` and the fields of errors make of it. */
const thrown: Readonly<Record<string, () => unknown>> = {
  null: () => null,
  undefined: () => undefined,
  'a symbol': () => Symbol('x'),
  'a frozen object': () => Object.freeze({ a: 1 }),
  'an object without a prototype': () => Object.create(null) as unknown,
  'an object that cannot be a text': () => ({ toString: explode }),
  'a proxy that throws': () => new Proxy({}, traps),
  'a proxy of an error that throws': () => new Proxy(new Error('x'), traps),
  'a revoked proxy': () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  },
  'an error whose fields throw': () =>
    Object.defineProperties(
      new Error('x'),
      Object.fromEntries(['message', 'stack', 'name', 'cause'].map((name) => [name, { get: explode }])),
    ),
  'an error whose fields are no texts': () =>
    Object.assign(new Error('x'), { message: 5, name: Symbol('n'), stack: 7 }),
  'an object with a broken then': () => Object.defineProperty({}, 'then', { get: explode }),
}

/** Where it can be thrown. Each of them answers "ok" as far as it comes. */
const places: Readonly<Record<string, (bot: Bot, fail: () => never) => void>> = {
  'a handler': (bot, fail) => bot.on('message', fail),
  'an async handler': (bot, fail) => bot.on('message', async () => Promise.resolve().then(fail)),
  middleware: (bot, fail) => bot.use(fail).on('message', () => {}),
  'a watcher': (bot, fail) => bot.on('raw', fail),
  'the filter of a watcher': (bot, fail) => bot.on('raw', fail, () => {}),
  'a filter': (bot, fail) => bot.on('message', fail, () => {}),
  'bot.catch()': (bot, fail) => bot.on('message', explode).catch(fail),
  'an apology': (bot, fail) => bot.use(errorReply(fail)).on('message', explode),
  'the source of a stream': (bot, fail) =>
    bot.on('message', async (ctx) => {
      await ctx.stream(
        (async function* () {
          yield 'abc'
          fail()
        })(),
      )
    }),
  'a store': (bot, fail) => {
    const store = { load: fail, save: fail, remove: fail }
    bot.use(session({ initial: () => ({}), store }), history({ store }))
    bot.on('message', (ctx) => void ctx.reply('x'))
  },
  'a stage of the client': (bot, fail) => {
    bot.rest.use(fail)
    bot.on('message', (ctx) => void ctx.reply('x'))
  },
  'a stage of the client, under a stream': (bot, fail) => {
    bot.rest.use((call, next) => (call.route.endsWith('/stream_messages') ? fail() : next(call)))
    bot.on('message', async (ctx) => ctx.stream(['abc', 'def']).then(() => {}))
  },
  'a stage of the client, under the second piece': (bot, fail) => {
    let count = 0
    bot.rest.use((call, next) => (call.route.endsWith('/messages') && (count += 1) > 1 ? fail() : next(call)))
    bot.on('message', async (ctx) => ctx.reply('x'.repeat(12_000)).then(() => {}))
  },
}

const strays: unknown[] = []
const note = (reason: unknown): void => {
  strays.push(reason)
}
beforeAll(() => {
  process.on('unhandledRejection', note)
})
afterAll(() => {
  process.off('unhandledRejection', note)
})

/** Strays are reported after the microtasks of a turn. */
const turn = async (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

it.each(Object.entries(places))(
  'BT-33 whatever is thrown in %s is told, and nothing ends of it',
  async (_place, arrange) => {
    for (const [what, make] of Object.entries(thrown)) {
      strays.length = 0
      const { bot, sim, records, settle, close } = memoryBot()
      arrange(bot, () => {
        throw make()
      })
      void bot.start()
      await settle()
      sim.user('ann').say('one')
      await settle(70_000)
      sim.user('ann').say('two')
      await settle(70_000)
      await turn()
      const told = records.filter(({ level }) => level === 'error' || level === 'warn').length
      const { running, waiting } = bot.status()
      expect({ what, strays: strays.length, told: told > 1, running, waiting }).toEqual({
        what,
        strays: 0,
        told: true,
        running: 0,
        waiting: 0,
      })
      await close()
    }
  },
)

const credentials = { appId: '102000001', secret: 'tst-secret-0001' }

it('BT-33 the error of a source is reported, also if it cannot be converted to text', async () => {
  strays.length = 0
  for (const make of Object.values(thrown)) {
    const clock = new ManualClock()
    const source = Object.assign(new HandSource(), {
      run: async () => {
        throw make()
      },
    })
    const bot = new Bot({ ...credentials, clock, source, log: false }).on('message', () => {})
    void bot.start()
    await clock.advance(10_000)
    expect(bot.status()).toMatchObject({ state: 'stopped', reason: expect.stringMatching(/./) as string })
  }
  await turn()
  expect(strays).toEqual([])
})

it.each<readonly [string, () => unknown]>([
  ['throws', explode],
  ['rejects', async () => Promise.resolve().then(explode)],
  ['returns a broken promise', () => Object.defineProperty({}, 'then', { get: explode })],
])('BT-33 a log that %s ends nothing, not even when counted records are written', async (_how, log) => {
  strays.length = 0
  const clock = new ManualClock()
  const source = new HandSource()
  const bot = new Bot({ ...credentials, clock, source, log, concurrency: 1, maxWaiting: 1 })
  bot.on('message', async () => new Promise(() => {}))
  void bot.start()
  for (let n = 0; n < 10; n += 1) source.push(c2c('hi'))
  await clock.advance(30_000)
  for (let n = 0; n < 10; n += 1) source.push(c2c('hi'))
  const stopped = bot.stop()
  await clock.advance(60_000)
  await stopped
  await turn()
  expect(strays).toEqual([])
  expect(clock.pending).toBe(0)
})

it.each<readonly [string, (error: unknown) => void]>([
  ['throws', explode],
  ['rejects', async () => Promise.resolve().then(explode)],
])('BT-33 an onError of conversationTimeout that %s ends nothing', async (_how, onError) => {
  strays.length = 0
  const clock = new ManualClock()
  const source = new HandSource()
  const bot = new Bot({ ...credentials, clock, source, log: false })
  bot.use(conversationTimeout({ after: 1000, onTimeout: explode, onError, clock })).on('message', () => {})
  void bot.start()
  source.push(c2c('hi'))
  await clock.advance(5000)
  await turn()
  expect(strays).toEqual([])
  const stopped = bot.stop()
  await clock.advance(60_000)
  await stopped
})

const late = async (): Promise<never> => Promise.reject(new Error('late'))
const asyncFilter = late as unknown as () => boolean
const asyncKey = late as unknown as (ctx: Context) => string
const use =
  (middleware: Middleware<Context>) =>
  (bot: Bot): void =>
    void bot.use(middleware)

it.each<readonly [string, object, (bot: Bot) => void]>([
  ['a filter', {}, (bot) => bot.on('message', asyncFilter, () => {})],
  ['the filter of a watcher', {}, (bot) => bot.on('raw', asyncFilter, () => {})],
  ['conversationKey', { conversationKey: asyncKey }, () => {}],
  ['onQueueFull', { onQueueFull: asyncKey }, () => {}],
  ['the key of session', {}, use(session({ initial: () => ({}), key: asyncKey }))],
  [
    'the key of conversationTimeout',
    {},
    use(conversationTimeout({ after: 1, onTimeout: () => {}, key: asyncKey })),
  ],
  ['the key of throttle', {}, use(throttle({ limit: 1, window: 1, by: asyncKey }))],
])('BT-34 an async function given as %s is a mistake that is told', async (_what, options, arrange) => {
  strays.length = 0
  const clock = new ManualClock()
  const source = new HandSource()
  const codes = new Set<unknown>()
  const log = ({ error }: LogRecord): void => void codes.add(QqkitError.is(error) && error.code)
  const bot = new Bot({ ...credentials, clock, source, log, concurrency: 1, maxWaiting: 1, ...options })
  arrange(bot)
  bot.on('message', async () => sleep(clock, 10))
  void bot.start()
  for (let n = 0; n < 4; n += 1) source.push(c2c('hi'))
  await clock.advance(1000)
  await turn()
  expect(codes).toContain('not_at_once')
  expect(strays).toEqual([])
  const stopped = bot.stop()
  await clock.advance(60_000)
  await stopped
})
