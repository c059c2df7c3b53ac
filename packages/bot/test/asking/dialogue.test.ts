/** Dialogues whose state is in a store. */
import { QqkitError } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import * as fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, expectTypeOf, it } from 'vitest'

import {
  asking,
  type Dialogue,
  dialogue,
  type DialogueOptions,
  type DialogueState,
} from '../../src/asking/index.js'
import { Bot } from '../../src/index.js'
import { memoryStateStore, type StateStore } from '../../src/middleware/index.js'
import { c2c, c2cPayload, delivery, group, type TestDelivery } from '../support/deliveries.js'
import { Stage } from '../support/stage.js'

type TwoAnswers = Dialogue<object & Readonly<Record<'a', string>> & Readonly<Record<'b', string>>>

type Booking = Dialogue<
  object &
    Readonly<Record<'city', string>> &
    Readonly<Record<'nights', number>> &
    Readonly<Record<'sure', 'no' | 'yes'>>
>

const booking = (options: DialogueOptions, ended: string[] = []): Booking =>
  dialogue('booking', options)
    .ask('city', 'Which city?')
    .ask('nights', 'How many nights?', v.pipe(v.string(), v.digits('A number, please.'), v.transform(Number)))
    .choose('sure', ({ city, nights }) => `${nights} nights in ${city}?`, ['yes', 'no'])
    .end(async (ctx, { city, nights, sure }) => {
      ended.push(city)
      await ctx.reply(`${sure}: ${nights} in ${city}`)
    })

/** A life of a bot with the dialogue; stores outlive it. */
const lifeOf = (options: DialogueOptions, ended?: string[]): Stage => {
  const stage = new Stage()
  const made = booking(options, ended)
  stage.handlers.feature(made)
  stage.handlers.command({ name: 'book' }, async (ctx) => made.begin(ctx))
  stage.handlers.command({ name: 'ping' }, (ctx) => ctx.reply('pong'))
  stage.handlers.on('message', null, (ctx) => ctx.reply(`chat: ${ctx.text}`))
  return stage
}

/** The three methods that every store has. */
const plain = (store: StateStore<DialogueState>): StateStore<DialogueState> => ({
  load: (key) => store.load(key),
  save: (key, value) => store.save(key, value),
  remove: (key) => store.remove(key),
})

const byText = (one: string, other: string): number => one.localeCompare(other)

const tell = async (stage: Stage, ...events: readonly TestDelivery[]): Promise<void> => {
  for (const event of events) {
    stage.intake.deliver(event)
    await stage.clock.advance(0)
  }
}

describe('AS-11 a dialogue', () => {
  it('is one of each person in each place, ends by a word or after a day, and can begin anew', async () => {
    const stage = new Stage()
    const { clock } = stage
    const made = booking({
      store: memoryStateStore(),
      cancel: ['stop'],
      clock,
      texts: { cancelled: 'As you like.' },
    })
    stage.handlers.feature(made)
    stage.handlers.command({ name: 'book' }, async (ctx) => made.begin(ctx))
    stage.handlers.on('message', null, (ctx) => ctx.reply(`chat: ${ctx.text}`))
    await tell(stage, group('/book', 'ann', 'G1'), group('hi', 'bob', 'G1'), group('Beijing', 'ann', 'G1'))
    await tell(stage, group('stop', 'ann', 'G1'), group('3', 'ann', 'G1'), group('/book', 'ann', 'G1'))
    await tell(stage, group('Rome', 'ann', 'G1'), group('/book', 'ann', 'G1'))
    await clock.advance(24 * 3_600_000)
    await tell(stage, group('late', 'ann', 'G1'))
    expect(stage.texts).toEqual([
      'Which city?',
      'chat: hi',
      'How many nights?',
      'As you like.',
      'chat: 3',
      'Which city?',
      'How many nights?',
      'Which city?',
      'chat: late',
    ])
  })

  it('property: outlives processes that die at any moment, and takes each answer once, also one that is pushed again', async () => {
    const words = ['/book', 'Beijing', 'many', '3', 'perhaps', 'yes', 'bye']
    const moment = fc.record({
      word: fc.nat({ max: words.length - 1 }),
      calls: fc.nat({ max: 6 }),
      // Finished events of which the store of the gateway does not know: they come again, before the one that was handled or after it.
      again: fc.nat({ max: words.length }),
      late: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(moment, { maxLength: 4 }), fc.boolean(), async (crashes, swaps) => {
        const kept = memoryStateStore<DialogueState>()
        const ended: string[] = []
        const numbers = new Map<string, unknown>()
        const payloads = words.map((word, at) =>
          c2cPayload(word, 'A1', `m${at}`, `2026-01-01T08:00:0${at}+08:00`),
        )
        for (const [at, payload] of payloads.entries()) {
          let lives = crashes.filter((one) => one.word === at)
          for (let life = 0; ; life += 1) {
            // The process dies at its n-th call of the store: neither that call nor a later one has an effect.
            const dies = lives[0]?.calls ?? Infinity
            lives = lives.slice(1)
            let calls = 0
            const alive = async <T>(run: () => T): Promise<T> => {
              calls += 1
              return calls > dies ? new Promise<T>(() => {}) : run()
            }
            const store: StateStore<DialogueState> = {
              load: async (key) => alive(async () => kept.load(key)),
              save: async (key, value) => alive(async () => kept.save(key, value)),
              remove: async (key) => alive(async () => kept.remove(key)),
              ...(swaps && {
                swap: async (key, before, value) => alive(async () => kept.swap!(key, before, value)),
              }),
            }
            const stage = lifeOf({ store }, ended)
            const before = crashes.filter((one) => one.word === at)[life - 1]
            const again = payloads
              .slice(0, at)
              .slice(at - Math.min(at, before?.again ?? 0))
              .map((one) => delivery('C2C_MESSAGE_CREATE', one, { replayed: true }))
            const event = delivery('C2C_MESSAGE_CREATE', payload, { replayed: life > 0 })
            await tell(stage, ...(before?.late ? [event, ...again] : [...again, event]))
            for (const { message, options } of stage.sent) {
              const key = JSON.stringify([options.anchor, options.kind, options.seq])
              // What an earlier life sent under this number is what people see.
              if (!numbers.has(key))
                numbers.set(key, typeof message === 'string' ? message : message.markdown?.content)
            }
            if (event.outcomes.length > 0) break
          }
          // Each run of the last answer ends it, and no event that was finished.
          const runs = crashes.filter((one) => one.word === words.indexOf('yes')).length + 1
          expect(ended.length).toBeLessThanOrEqual(at < words.indexOf('yes') ? 0 : runs)
        }
        expect([...numbers.values()]).toEqual([
          'Which city?',
          'How many nights?',
          'A number, please.',
          '3 nights in Beijing?',
          'chat: perhaps',
          'yes: 3 in Beijing',
          'chat: bye',
        ])
        expect(new Set(ended)).toEqual(new Set(['Beijing']))
      }),
      { numRuns: Number(process.env.MODEL_RUNS ?? 100) },
    )
  })

  /** Two questions, the second by a function; then what `end` does. */
  const two = (
    store: StateStore<DialogueState>,
    {
      second = () => 'B?',
      end = async (ctx, { a, b }) => ctx.reply(`${a} ${b}`),
    }: {
      readonly second?: () => string
      readonly end?: Parameters<TwoAnswers['end']>[0]
    } = {},
  ): TwoAnswers => dialogue('two', { store }).ask('a', 'A?').ask('b', second).end(end)

  /** A life of a bot with such a dialogue. */
  const stageOf = (made: TwoAnswers | Dialogue, before?: string): Stage & { readonly errors: string[] } => {
    const stage = Object.assign(new Stage(), { errors: [] as string[] })
    stage.handlers.catch((error) => void stage.errors.push(QqkitError.is(error) ? error.code : String(error)))
    stage.handlers.feature(made)
    stage.handlers.command({ name: 'begin' }, async (ctx) => {
      if (before !== undefined) await ctx.reply(before)
      await made.begin(ctx)
    })
    stage.handlers.on('message', null, (ctx) => ctx.reply(`chat: ${ctx.text}`))
    return stage
  }

  it('stays at the step before a question that could not be made or sent', async () => {
    let isBroken = true
    const second = (): string => {
      if (isBroken) throw new RangeError('bang')
      return 'B?'
    }
    const unmade = stageOf(two(memoryStateStore(), { second }))
    await tell(unmade, c2c('/begin'), c2c('1'))
    isBroken = false
    await tell(unmade, c2c('1'), c2c('2'))
    const unsent = stageOf(two(memoryStateStore()))
    const works = unsent.onSend
    const fails = async (): Promise<never> => {
      throw new Error('refused')
    }
    unsent.onSend = fails
    await tell(unsent, c2c('/begin'))
    unsent.onSend = works
    await tell(unsent, c2c('hello'), c2c('/begin'))
    unsent.onSend = fails
    await tell(unsent, c2c('1'))
    unsent.onSend = works
    await tell(unsent, c2c('1'), c2c('2'))
    expect([unmade.texts, unmade.errors]).toEqual([['A?', 'B?', '1 2'], ['RangeError: bang']])
    expect(unsent.texts).toEqual(['A?', 'chat: hello', 'A?', 'B?', 'B?', '1 2'])
  })

  it('begins again from its end, in every life', async () => {
    const kept = memoryStateStore<DialogueState>()
    const again = c2cPayload('2')
    const texts: unknown[] = []
    for (const life of [1, 2]) {
      let saves = 0
      const store: StateStore<DialogueState> = {
        ...plain(kept),
        // The first life ends after its last save.
        save: async (key, value) => {
          await kept.save(key, value)
          saves += 1
          if (life === 1 && saves === 4) await new Promise(() => {})
        },
      }
      const made: TwoAnswers = two(store, {
        end: async (ctx, { a }) => (a === '1' ? made.begin(ctx) : ctx.reply(`ended with ${a}`)),
      })
      const stage = stageOf(made)
      if (life === 1) await tell(stage, c2c('/begin'), c2c('1'))
      await tell(stage, delivery('C2C_MESSAGE_CREATE', again, { replayed: life > 1 }))
      if (life === 2) await tell(stage, c2c('3'), c2c('4'), c2c('bye'))
      texts.push(stage.texts)
    }
    expect(texts).toEqual([
      ['A?', 'B?'],
      ['A?', 'B?', 'ended with 3', 'chat: bye'],
    ])
  })

  it('AS-14 on a store without swap is reported once where several processes may hear one person, and nowhere else', async () => {
    const kept = memoryStateStore<DialogueState>()
    const told = async (store: StateStore<DialogueState>, shared: boolean): Promise<readonly unknown[]> => {
      const stage = stageOf(two(store))
      for (const who of ['A1', 'A2', 'A3'])
        await tell(stage, delivery('C2C_MESSAGE_CREATE', c2cPayload('/begin', who), { shared }))
      return stage.records.map(({ event, name }) => [event, name])
    }
    expect(await told(plain(kept), true)).toEqual([['bot.dialogue_without_swap', 'two']])
    expect(await told(plain(kept), false)).toEqual([])
    expect(await told(kept, true)).toEqual([])
  })

  it('runs its handler again in the next life, which may say something before', async () => {
    const kept = memoryStateStore<DialogueState>()
    const payload = c2cPayload('/begin')
    const numbers = new Map<unknown, unknown>()
    for (const life of [1, 2]) {
      const store: StateStore<DialogueState> = {
        ...plain(kept),
        save: async (key, value) => {
          await kept.save(key, value)
          if (life === 1) await new Promise(() => {})
        },
      }
      const stage = stageOf(two(store), 'Hello')
      await tell(stage, delivery('C2C_MESSAGE_CREATE', payload, { replayed: life > 1 }))
      for (const { message, options } of stage.sent)
        if (!numbers.has(options.seq)) numbers.set(options.seq, message)
    }
    expect([...numbers.values()]).toEqual(['Hello', 'A?'])
  })

  it('goes on by the names of its steps when the next version has others; a state of another shape is none', async () => {
    const store = memoryStateStore<DialogueState>()
    await tell(stageOf(two(store)), c2c('/begin'), c2c('1'))
    const inserted = dialogue('two', { store })
      .ask('a', 'A?')
      .ask('new', 'New?')
      .ask('b', 'B?')
      .end(async (ctx, answers) => ctx.reply(JSON.stringify(answers)))
    const stage = stageOf(inserted)
    await tell(stage, c2c('2'), c2c('3'), c2c('/begin'), c2c('1'))
    const removed = stageOf(two(store))
    await tell(removed, c2c('anything'), c2c('2'))
    expect([stage.texts, removed.texts]).toEqual([
      ['New?', '{"a":"1","b":"2","new":"3"}', 'A?', 'New?'],
      ['B?', '1 2'],
    ])
    for (const state of ['x', { is: 'asking' }, { is: 'asking', step: 1, answers: {}, event: 'e', at: 0 }]) {
      const corrupt = stageOf(two({ load: () => state as never, save: () => {}, remove: () => {} }))
      await tell(corrupt, c2c('hello'))
      expect(corrupt.texts).toEqual(['chat: hello'])
    }
  })

  const clickOf = (data: string, who: string, id: string): TestDelivery =>
    delivery('INTERACTION_CREATE', {
      id,
      type: 11,
      scene: 'group',
      chat_type: 1,
      group_openid: 'G1',
      group_member_openid: who,
      data: { type: 11, resolved: { button_data: data } },
    })
  const dataOf = (stage: Stage, index: number): string => {
    const message = stage.sent.at(-1)?.message
    const row = typeof message === 'object' ? message.keyboard?.content?.rows[0] : undefined
    return row?.buttons[index]?.action.data ?? ''
  }

  it('takes one of a click and a word that come at once, a click by its person alone, and none on an earlier question', async () => {
    const kept = memoryStateStore<DialogueState>()
    const stage = new Stage({ interactionAck: 'handler' })
    const slow = async (): Promise<void> =>
      new Promise((resolve) => void stage.clock.setTimer(10, () => resolve()))
    const store: StateStore<DialogueState> = {
      ...plain(kept),
      load: async (key) => {
        const state = await kept.load(key)
        await slow()
        return state
      },
    }
    const made = dialogue('one', { store })
      .choose('sure', 'Sure?', ['yes', 'no'])
      .end(async (ctx, { sure }) => ctx.reply(sure))
    stage.handlers.feature(made)
    stage.handlers.command({ name: 'begin' }, async (ctx) => made.begin(ctx))
    stage.handlers.on('message', null, (ctx) => ctx.reply(`chat: ${ctx.text}`))
    stage.intake.deliver(group('/begin', 'ann', 'G1'))
    await stage.clock.advance(100)
    const [yes, no] = [dataOf(stage, 0), dataOf(stage, 1)]
    for (const event of [clickOf(yes, 'bob', 'i1'), group('no', 'ann', 'G1'), clickOf(yes, 'ann', 'i2')])
      stage.intake.deliver(event)
    await stage.clock.advance(100)
    stage.intake.deliver(group('/begin', 'ann', 'G1'))
    await stage.clock.advance(100)
    const again = dataOf(stage, 1)
    stage.intake.deliver(clickOf(no, 'ann', 'i3'))
    stage.intake.deliver(clickOf(again, 'ann', 'i4'))
    await stage.clock.advance(100)
    expect(stage.acks.map(({ id, code }) => `${id} ${code}`)).toEqual(['i1 4', 'i2 0', 'i3 0', 'i4 0'])
    expect(stage.texts.filter((text) => typeof text === 'string')).toEqual([
      'no',
      '这个问题已经结束。',
      '这个问题已经结束。',
      'no',
    ])
  })

  it('tells the choices as text after the platform took the buttons away', async () => {
    const made = dialogue('one', { store: memoryStateStore() })
      .choose('sure', 'Sure?', ['yes', 'no'])
      .end(async (ctx, { sure }) => ctx.reply(sure))
    const stage = stageOf(made)
    stage.onSend = async () =>
      ({ kind: 'sent', mode: 'passive', steps: [{ kind: 'fallback', name: 'plain_text' }] }) as never
    await tell(stage, c2c('/begin'), c2c('2'))
    expect(stage.texts.slice(1)).toEqual(['请回复序号或文字：\n1. yes\n2. no', 'no'])
  })

  it('takes no picture for a word, and words that cancel whatever their case', async () => {
    const made = dialogue('one', { store: memoryStateStore(), cancel: ['Stop'] })
      .ask('a', 'A?')
      .end(async (ctx, { a }) => ctx.reply(a))
    const stage = stageOf(made)
    await tell(stage, c2c('/begin'), c2c(''), c2c('ＳTOP'), c2c('hello'))
    expect(stage.texts).toEqual(['A?', 'chat: ', '已取消。', 'chat: hello'])
  })

  it('that nobody can answer says so', async () => {
    const made = two(memoryStateStore())
    const stage = stageOf(made)
    stage.handlers.on('GROUP_ADD_ROBOT', null, async (ctx) => made.begin(ctx))
    await tell(stage, delivery('GROUP_ADD_ROBOT', { group_openid: 'G1' }))
    const unused = new Stage()
    const errors: unknown[] = []
    unused.handlers.catch((error) => void errors.push((error as QqkitError).code))
    unused.handlers.feature(asking())
    unused.handlers.on('message', null, async (ctx) => two(memoryStateStore()).begin(ctx))
    await tell(unused, c2c('hi'))
    expect([stage.errors, stage.texts, errors]).toEqual([['nobody_to_ask'], [], ['dialogue_unused']])
  })

  it('of a store that refuses every swap is an error that says so', async () => {
    const store = { ...memoryStateStore<DialogueState>(), swap: () => false }
    const stage = stageOf(two(store))
    await tell(stage, c2c('/begin'))
    expect([stage.texts, stage.errors]).toEqual([[], ['store_refuses']])
  })

  it('wrong use says what to write instead', () => {
    const store = memoryStateStore<DialogueState>()
    const empty = dialogue('x', { store })
    expect(() => empty.end(() => {})).toThrow(expect.objectContaining({ code: 'bad_step' }) as Error)
    expect(() => new Bot({ appId: '1', secret: 'x' }).use(empty.ask('a', '?'))).toThrow(/steps of a dialogue/)
    expect(() => dialogue('x', { store }).ask('a', '?').ask('a', '?')).toThrow(/steps of a dialogue/)
    expect(() => dialogue('x', { store }).ask('a', '?', {} as never)).toThrow(/steps of a dialogue/)
    expect(() => dialogue('', { store })).toThrow(/name/)
    expect(() => dialogue('x', {} as never)).toThrow(/store/)
    expectTypeOf<Parameters<Parameters<Booking['end']>[0]>[1]['nights']>().toEqualTypeOf<number>()
  })

  it('a click on an earlier step is told, one of another bot goes its way', async () => {
    const stage = lifeOf({ store: memoryStateStore() })
    await tell(stage, c2c('/book'), c2c('Beijing'), c2c('3'))
    const last = stage.sent.at(-1)?.message
    const data = typeof last === 'object' ? last.keyboard?.content?.rows[0]?.buttons[0]?.action.data : ''
    await tell(stage, c2c('yes'))
    const clickOf = (text: string) =>
      delivery('INTERACTION_CREATE', {
        id: `i${text}`,
        type: 11,
        scene: 'c2c',
        chat_type: 2,
        user_openid: 'A1',
        data: { type: 11, resolved: { button_data: text } },
      })
    await tell(stage, clickOf(data ?? ''), clickOf('qqkit:dialogue:other:0'))
    expect(stage.texts.slice(3)).toEqual(['yes: 3 in Beijing', '这个问题已经结束。'])
  })
})

describe('AS-13 a dialogue of several processes', () => {
  it('property: two that hear one person at the same time ask each question once, and lose no answer', async () => {
    const names = ['a', 'b', 'c'] as const
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: 1 }), fc.nat({ max: 3 })), { minLength: 3, maxLength: 3 }),
        fc.array(fc.nat({ max: 5 }), { minLength: 40, maxLength: 40 }),
        async (words, delays) => {
          const kept = memoryStateStore<DialogueState>()
          const clock = new ManualClock()
          const later = async <T>(run: () => T | Promise<T>): Promise<T> => {
            await new Promise<void>((resolve) => void clock.setTimer(delays.shift() ?? 0, resolve))
            const result = await run()
            await new Promise<void>((resolve) => void clock.setTimer(delays.shift() ?? 0, resolve))
            return result
          }
          const store: StateStore<DialogueState> = {
            load: async (key) => later(() => kept.load(key)),
            save: async (key, value) => later(() => kept.save(key, value)),
            remove: async (key) => later(() => kept.remove(key)),
            swap: async (key, before, value) => later(() => kept.swap!(key, before, value)),
          }
          const ended: string[] = []
          const stages = [0, 1].map(() => {
            const made = dialogue('shared', { store })
              .ask('a', 'a?')
              .ask('b', 'b?')
              .ask('c', 'c?')
              .end(async (_ctx, answers) => void ended.push(names.map((name) => answers[name]).join(' ')))
            const stage = new Stage()
            stage.handlers.feature(made)
            stage.handlers.command({ name: 'begin' }, async (ctx) => made.begin(ctx))
            stage.handlers.on('message', null, (ctx) => ctx.reply(`chat: ${ctx.text}`))
            return stage
          }) as [Stage, Stage]
          stages[0].intake.deliver(c2c('/begin'))
          await clock.advance(100)
          for (const [index, [stage, ms]] of words.entries()) {
            await clock.advance(ms)
            stages[stage as 0 | 1].intake.deliver(c2c(`w${index}`))
          }
          await clock.advance(1000)
          expect(
            stages
              .flatMap(({ texts }) => texts)
              .map(String)
              .toSorted(byText),
          ).toEqual(['a?', 'b?', 'c?'])
          expect(ended.map((answers) => answers.split(' ').toSorted(byText).join(' '))).toEqual(['w0 w1 w2'])
        },
      ),
      { numRuns: Number(process.env.MODEL_RUNS ?? 100) },
    )
  })
})
