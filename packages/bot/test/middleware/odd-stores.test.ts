/** Stores of users that do not answer, or answer with something else. */
import type { LogRecord } from '@qqkit/core'
import type { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it, vi } from 'vitest'

import { dialogue } from '../../src/asking/index.js'
import type { Bot } from '../../src/index.js'
import { history, memoryStateStore, session, type StateStore, throttle } from '../../src/middleware/index.js'
import { rememberPlaces } from '../../src/proactive/index.js'
import { rememberQuotes } from '../../src/quotes/index.js'
import { memoryBot, type MemoryBot } from '../support/memory-bot.js'

type AnyStore = StateStore<never>

/** What keeps something in a store, in a bot that says of each message that it has heard it. */
const KEEPERS: Readonly<Record<string, (bot: Bot, store: AnyStore, clock: ManualClock) => void>> = {
  session: (bot, store, clock) => {
    const chat = session<object>({ initial: () => ({}), store, clock })
    bot.use(chat)
    bot.use(async (ctx, next) => {
      if (ctx.event === 'message') chat.of(ctx)
      await next()
    })
  },
  history: (bot, store, clock) => void bot.use(history({ store, clock })),
  throttle: (bot, store, clock) => void bot.use(throttle({ limit: 100, window: 60_000, store, clock })),
  dialogue: (bot, store, clock) =>
    void bot.use(
      dialogue('d', { store, clock })
        .ask('a', 'A?')
        .end(() => {}),
    ),
  quotes: (bot, store) => void rememberQuotes(bot, { store }),
  places: (bot, store) => void rememberPlaces(bot, { store: { ...store, list: () => [], close: () => {} } }),
}

const botWith = async (
  keeper: string,
  store: AnyStore,
): Promise<MemoryBot & { readonly heard: readonly string[] }> => {
  const stage = memoryBot()
  KEEPERS[keeper]?.(stage.bot, store, stage.clock)
  stage.bot.on('message', (ctx) => ctx.reply(`heard ${ctx.text}`))
  void stage.bot.start()
  await stage.settle(1000)
  return Object.assign(stage, {
    get heard(): readonly string[] {
      return stage.said().map((line) => line.slice(line.indexOf(': ') + 2))
    },
  })
}

const never = async (): Promise<never> => new Promise(() => {})

describe('BT-64 a store that does not answer once', () => {
  it.each(
    Object.keys(KEEPERS).flatMap((keeper) =>
      (['load', 'save', 'swap'] as const).map((call) => [keeper, call] as const),
    ),
  )(
    '(%s, %s) costs that event at most, and holds up its conversation for ten seconds',
    async (keeper, call) => {
      const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
      const kept = memoryStateStore<never>()
      let calls = 0
      const hangsOnce =
        <A extends readonly unknown[], R>(work: (...given: A) => R) =>
        (...given: A): R | Promise<never> => {
          calls += 1
          return calls === 1 ? never() : work(...given)
        }
      const store: AnyStore = {
        load: (key) => kept.load(key),
        save: (key, value) => kept.save(key, value),
        remove: (key) => kept.remove(key),
        ...(call === 'swap' && { swap: (key, before, value) => kept.swap!(key, before, value) }),
      }
      const stage = await botWith(keeper, { ...store, [call]: hangsOnce(store[call] as never) })
      try {
        stage.sim.user('ann').say('1')
        await stage.settle(11_000)
        for (const text of ['2', '3']) {
          stage.sim.user('ann').say(text)
          await stage.settle(1000)
        }
        expect(
          stage
            .said()
            .map((line) => line.slice(-1))
            .filter((text) => text !== '1'),
        ).toEqual(['2', '3'])
        expect(stage.bot.status().running).toBe(0)
        const errors = stage.records.map(({ error }: LogRecord) => error)
        const warnings: readonly unknown[] = warn.mock.calls.map(([text]) => text)
        const told = [...errors.map(String), ...warnings.map(String)]
        expect(calls > 0).toBe(told.some((text) => text.includes('did not answer in time')))
      } finally {
        warn.mockRestore()
        await stage.close()
      }
    },
  )
})

describe('BT-65 what a store gives', () => {
  const odd = [
    'x',
    7,
    true,
    {},
    { a: 1 },
    [],
    [null, 5, 'x', {}],
    { passed: [1] },
    [{ entry: null, event: 'e' }],
  ]

  it.each(Object.keys(KEEPERS).filter((keeper) => keeper !== 'session'))(
    '(%s) and has another shape counts as nothing',
    async (keeper) => {
      for (const value of odd) {
        const stage = await botWith(keeper, { load: () => value as never, save: () => {}, remove: () => {} })
        stage.sim.channel('general').user('cat').say('1')
        stage.sim.user('ann').say('2', { quote: 'something' })
        await stage.settle(1000)
        expect(stage.said().map((line) => line.slice(-1))).toEqual(['1', '2'])
        await stage.close()
      }
    },
  )
})
