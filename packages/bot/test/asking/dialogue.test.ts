/** Dialogues whose state is in a store. */
import * as fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, expectTypeOf, it } from 'vitest'

import { type Dialogue, dialogue, type DialogueOptions, type DialogueState } from '../../src/asking/index.js'
import { Bot, type BotOptions } from '../../src/index.js'
import { memoryStateStore, type StateStore } from '../../src/middleware/index.js'
import { c2c, c2cPayload, delivery, group, type TestDelivery } from '../support/deliveries.js'
import { everyScene, talk } from '../support/every-scene.js'
import { Stage } from '../support/stage.js'

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

const tell = async (stage: Stage, ...events: readonly TestDelivery[]): Promise<void> => {
  for (const event of events) {
    stage.intake.deliver(event)
    await stage.clock.advance(0)
  }
}

describe.each(everyScene)('AS-11 a dialogue in %s over the %s', (...where) => {
  it('goes step by step; what does not fit is said, commands and other people go their way', async () => {
    const make = (options: BotOptions): Bot => {
      const bot = new Bot(options)
      const made = booking({ store: memoryStateStore() })
      bot.use(made)
      bot.command('book', async (ctx) => made.begin(ctx))
      bot.command('ping', (ctx) => ctx.reply('pong'))
      bot.on('message', (ctx) => ctx.reply(`chat: ${ctx.text}`))
      return bot
    }
    await talk(where, make, async (person) => {
      await person.say('/book').expect('Which city?')
      await person.say('/ping').expect('pong')
      await person.say('Beijing').expect('How many nights?')
      await person.say('many').expect('A number, please.')
      await person.say('3').expect({ content: /^3 nights in Beijing\?/ })
      await person.say('perhaps').expect('chat: perhaps')
      if (where[0] === 'dm') await person.say('yes').expect('yes: 3 in Beijing')
      else {
        const pressed = person.press('yes')
        await pressed.expectAck(0)
        await pressed.expect('yes: 3 in Beijing')
      }
      await person.say('yes').expect('chat: yes')
    })
  })
})

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

  it('property: outlives processes that die at any moment, and takes each answer once', async () => {
    const words = ['/book', 'Beijing', '3', 'yes', 'bye']
    const moment = fc.record({ word: fc.nat({ max: 4 }), calls: fc.nat({ max: 6 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(moment, { maxLength: 4 }), async (crashes) => {
        const kept = memoryStateStore<DialogueState>()
        const ended: string[] = []
        const numbers = new Map<string, unknown>()
        for (const [at, word] of words.entries()) {
          const payload = c2cPayload(word)
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
            }
            const stage = lifeOf({ store }, ended)
            const event = delivery('C2C_MESSAGE_CREATE', payload, { replayed: life > 0 })
            await tell(stage, event)
            for (const { message, options } of stage.sent) {
              const key = JSON.stringify([options.anchor, options.kind, options.seq])
              // What an earlier life sent under this number is what people see.
              if (!numbers.has(key))
                numbers.set(key, typeof message === 'string' ? message : message.markdown?.content)
            }
            if (event.outcomes.length > 0) break
          }
        }
        expect([...numbers.values()]).toEqual([
          'Which city?',
          'How many nights?',
          '3 nights in Beijing?',
          'yes: 3 in Beijing',
          'chat: bye',
        ])
        expect(new Set(ended)).toEqual(new Set(['Beijing']))
      }),
      { numRuns: Number(process.env.MODEL_RUNS ?? 100) },
    )
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
