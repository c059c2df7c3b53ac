import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import { history, session, type StateStore, throttle } from '../../src/middleware/index.js'
import { c2c, delivery, group } from '../support/deliveries.js'
import { Stage } from '../support/stage.js'

/** A database: slow, with texts of JSON, and `null` for what is not there. */
const database = () => {
  const rows = new Map<string, string>()
  let broken = false
  const step = async (): Promise<void> => {
    await Promise.resolve()
    if (broken) throw new Error('no database')
  }
  const store = {
    load: async (key: string) => {
      await step()
      return JSON.parse(rows.get(key) ?? 'null') as never
    },
    save: async (key: string, value: unknown) => {
      await step()
      rows.set(key, JSON.stringify(value))
    },
    remove: async (key: string) => void rows.delete(key),
  } satisfies StateStore<unknown>
  const swapping: StateStore<unknown> = {
    ...store,
    swap: async (key, before, value) => {
      await step()
      const isSame = (rows.get(key) ?? 'null') === JSON.stringify(before ?? null)
      if (isSame) rows.set(key, JSON.stringify(value))
      return isSame
    },
  }
  return {
    rows,
    store,
    swapping: swapping as StateStore<never>,
    breakDown: () => {
      broken = true
    },
  }
}

/** One process of a bot: what its handler was told of each message. */
const process = (store: StateStore<never>, clock: ManualClock, appId?: string) => {
  const stage = new Stage({}, appId)
  const recent = history({ store, clock, limit: 4 })
  const seen: string[] = []
  const tooMuch: number[] = []
  const failures: unknown[] = []
  stage.handlers.catch((error) => failures.push(error))
  stage.handlers.use(recent)
  stage.handlers.use(
    throttle({
      limit: 2,
      window: 1000,
      store,
      clock,
      onLimit: (_ctx, { retryAfter }) => tooMuch.push(retryAfter),
    }),
  )
  stage.handlers.on('message', null, async (ctx) => {
    seen.push(
      `${ctx.text}: ${recent
        .of(ctx)
        .map(({ author, text }) => `${author?.id ?? 'me'} ${text}`)
        .join(', ')}`,
    )
    await ctx.reply(`re ${ctx.text}`)
  })
  const hear = async (...events: Parameters<typeof stage.intake.deliver>[0][]): Promise<void> => {
    for (const event of events) stage.intake.deliver(event)
    await stage.intake.idle()
  }
  return { hear, seen, tooMuch, failures, stage }
}

describe('history and throttle with a store', () => {
  it('BT-13 two processes of one bot share state and counts', async () => {
    const clock = new ManualClock()
    const { store, rows } = database()
    const [one, two] = [process(store, clock), process(store, clock)]
    await one.hear(c2c('1'))
    await two.hear(c2c('2'))
    await one.hear(c2c('3'))
    await two.hear(c2c('4'))
    expect([one.seen, two.seen]).toEqual([['1: '], ['2: A1 1, me re 1']])
    // Told once for the row, by whichever comes first.
    expect([one.tooMuch, two.tooMuch]).toEqual([[1000], []])
    await clock.advance(1000)
    await two.hear(c2c('5'))
    expect(two.seen.at(-1)).toBe('5: A1 2, me re 2, A1 3, A1 4')
    expect([...rows.keys()].toSorted()).toEqual(['102000001:history:c2c:A1', '102000001:throttle:2/1000:A1'])
  })

  it('BT-13 two bots with one store do not share state', async () => {
    const clock = new ManualClock()
    const { store, rows } = database()
    const [one, two] = [process(store, clock, '102000001'), process(store, clock, '102000002')]
    const chat = session<{ n: number }>({ initial: () => ({ n: 1 }), store })
    one.stage.handlers.use(chat)
    one.stage.handlers.on('raw', null, (ctx) => void (chat.of(ctx).n += 1))
    for (const bot of [one, two]) await bot.hear(c2c('1'), c2c('2'))
    expect(two.seen).toEqual(one.seen)
    expect(rows.size).toBe(4)
  })

  it('BT-13 messages of one place at the same time are all kept, in order', async () => {
    const clock = new ManualClock()
    const { store } = database()
    const bot = process(store, clock)
    await bot.hear(group('1', 'A'), group('2', 'B'), group('3', 'C'))
    await bot.hear(group('4', 'D'))
    const told = bot.seen.at(-1) ?? ''
    for (const text of ['me re 1', 'me re 2', 'me re 3']) expect(told).toContain(text)
  })

  it('BT-13 an event that is handled again is not its own past, and is counted once', async () => {
    const clock = new ManualClock()
    const { store } = database()
    const { frame } = c2c('1')
    await process(store, clock).hear(delivery('C2C_MESSAGE_CREATE', frame.d))
    const next = process(store, clock)
    await next.hear(delivery('C2C_MESSAGE_CREATE', frame.d, { replayed: true }), c2c('2'))
    expect(next.seen[0]).toBe('1: ')
    expect(next.tooMuch).toEqual([])
  })

  it('BT-45 of changes that processes make at the same moment none is lost, where the store can swap', async () => {
    const clock = new ManualClock()
    const { swapping, rows } = database()
    const all = Array.from({ length: 4 }, () => process(swapping, clock))
    await Promise.all(all.map(async (one, index) => one.hear(group(`m${index}`))))
    // Each may say it once: two of the person, and an answer to each.
    const [history = ''] = [...rows].flatMap(([key, text]) => (key.includes('history:') ? [text] : []))
    const texts = (JSON.parse(history) as { entry: { text: string } }[]).map(({ entry }) => entry.text)
    const passed = all.flatMap(({ seen }) => seen)
    expect([passed.length, all.flatMap(({ tooMuch }) => tooMuch).length]).toEqual([2, 1])
    expect(texts.filter((text) => text.startsWith('re ')).length).toBe(2)
    expect(all.flatMap(({ failures }) => failures)).toEqual([])
  })

  it('BT-45 a store that swaps nothing fails the event, and says what is wrong', async () => {
    const { swapping } = database()
    const bot = process({ ...swapping, swap: () => false }, new ManualClock())
    await bot.hear(group('1'))
    expect(bot.failures).toMatchObject([{ code: 'swap_refused' }])
    expect((bot.failures[0] as { advice: { zh: string } }).advice.zh).toContain('swap')
  })

  it('BT-13 the failure of a store is an error of the event, and hides no error of a handler', async () => {
    const clock = new ManualClock()
    const { store, breakDown } = database()
    const bot = process(store, clock)
    bot.stage.onSend = async () => {
      breakDown()
      throw new Error('the real reason')
    }
    await bot.hear(c2c('1'))
    await bot.hear(c2c('2'))
    expect(bot.failures).toMatchObject([{ message: 'the real reason' }, { message: 'no database' }])
  })

  it.each([{ load: () => {} }, 'memory', null])('%j is no store', (store) => {
    expect(() => history({ store: store as never })).toThrow(/store/)
    expect(() => throttle({ limit: 1, window: 1, store: store as never })).toThrow(/store/)
  })
})
