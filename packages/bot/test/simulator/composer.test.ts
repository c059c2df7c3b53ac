import { describe, expect, it } from 'vitest'

import { ButtonRows, Composer } from '../../src/composer/index.js'
import { Bot, type BotOptions, keyboard, markdown, scene } from '../../src/index.js'
import { history, session } from '../../src/middleware/index.js'
import { everyScene, talk } from '../support/every-scene.js'
import { c2c, click, group, type TestDelivery } from '../support/deliveries.js'
import { HandSource } from '../support/hand-source.js'

const counting = () =>
  new Composer()
    .extend({ chat: session({ initial: () => ({ turns: 0 }) }), recent: history() })
    .extend((ctx) => ({ place: ctx.target?.scene ?? 'nowhere' }))
    .extend(async () => ({ greeting: await Promise.resolve('你好') }))
    .command('count', (ctx) => ctx.reply(`${ctx.place} ${++ctx.chat.turns} ${ctx.recent.length}`))
    .hears('hello', (ctx) => ctx.reply(ctx.greeting))

const drinks = new ButtonRows()
  .callback('Tea', 'tea', (ctx) => ctx.reply(`${ctx.match[0]}!`))
  .callback('Coffee', 'coffee', (ctx) => ctx.reply('no coffee'))
  .row()
  .link('Why?', 'https://example.com')

const composedBot = (options: BotOptions): Bot =>
  new Bot(options)
    .use(counting(), drinks)
    .help()
    .command('menu', (ctx) => ctx.reply({ ...markdown('A drink?'), ...keyboard(drinks.rows) }))
    .on('message', (ctx) => ctx.reply(`chat: ${ctx.text}`))

describe.each(everyScene)('BT-42 composers in %s over the %s', (...where) => {
  it('add handlers, properties and buttons', async () => {
    await talk(where, composedBot, async (person) => {
      await person.say('/count').expect(`${where[0]} 1 0`)
      await person.say('/count').expect(`${where[0]} 2 2`)
      await person.say('hello').expect('你好')
      await person.say('/help').expect('可用指令：\n/count\n/help\n/menu')
      await person.say('/menu').expect({ buttons: ['Tea', 'Coffee', 'Why?'] })
      const pressed = person.press('Tea')
      await pressed.expectAck()
      await pressed.expect('tea!')
      await person.say('bye').expect('chat: bye')
    })
  })

  it('narrow to some events', async () => {
    const made = (options: BotOptions): Bot => {
      const feature = new Composer()
      feature
        .filter(scene('group', 'channel'))
        .command('where', (ctx) =>
          ctx.reply(ctx.scene === 'group' ? 'a group' : ctx.message.channelId && 'a channel'),
        )
      feature
        .filter((ctx) => ctx.target?.scene === 'group' || ctx.target?.scene === 'c2c')
        .filter('message')
        .use(async (ctx, next) => {
          await ctx.reply(`seen ${ctx.text}`)
          await next()
        })
      feature.command('where', (ctx) => ctx.reply('private'))
      return new Bot(options).use(feature)
    }
    await talk(where, made, async (person) => {
      const answers = {
        c2c: ['seen /where', 'private'],
        group: ['a group'],
        channel: ['a channel'],
        dm: ['private'],
      }
      const expected = answers[where[0] as keyof typeof answers]
      const said = await person.say('/where').expectReplies(expected.length)
      expect(said.map((reply) => reply.content)).toEqual(expected)
    })
  })
})

describe('BT-42 a composer', () => {
  const source = new HandSource()
  const run = async (feature: Composer, events: readonly TestDelivery[], asBot = (bot: Bot): Bot => bot) => {
    const errors: unknown[] = []
    const bot = asBot(
      new Bot({ appId: '102000001', secret: 'tst-secret-0001', log: false, source }).use(feature),
    )
    bot.catch((error) => errors.push(error))
    void bot.start()
    for (const event of events) source.push(event)
    await bot.stop()
    return errors
  }

  it('asks its filters for the events of its handlers alone, and again for each', async () => {
    const asked: string[] = []
    const seen: string[] = []
    const feature = new Composer()
    const some = feature.filter((ctx) => {
      asked.push(ctx.event)
      return ctx.event === 'message' && ctx.text.startsWith('a')
    })
    some.on('message', (ctx, next) => {
      seen.push(`1 ${ctx.text}`)
      return next()
    })
    some.on('message', (ctx) => void seen.push(`2 ${ctx.text}`))
    feature.on('interaction', () => {})
    await run(feature, [c2c('a'), click('x'), group('b')])
    expect(seen).toEqual(['1 a', '2 a'])
    expect(asked).toEqual(Array.from({ length: 4 }, () => 'message'))
  })

  it('an async filter is an error, in a group of a group too', async () => {
    const later = (async () => true) as unknown as () => boolean
    for (const feature of [new Composer(), new Composer()].map((one, index) => {
      const outer = one.filter(index === 0 ? later : () => true)
      const inner = outer.filter(index === 0 ? () => true : later)
      inner.on('message', () => {})
      return one
    }))
      expect(await run(feature, [c2c('hi')])).toMatchObject([{ code: 'not_at_once' }])
  })

  it('an extension that is no object, or takes a name, is an error of the event', async () => {
    const nothing = new Composer().extend(() => null as never)
    const twice = new Composer().extend(() => ({ one: 1 })).extend(async () => ({ one: 2 }))
    const reply = new Composer().extend(() => ({ reply: 1 }))
    expect(await run(nothing, [c2c('hi')])).toMatchObject([{ code: 'bad_extension' }])
    expect(await run(twice, [c2c('hi')])).toMatchObject([{ code: 'name_taken' }])
    expect(await run(reply, [c2c('hi')])).toMatchObject([{ code: 'name_taken' }])
  })

  it('is removed as a whole, with what it contains', async () => {
    const seen: string[] = []
    const inner = new Composer().on('message', (_ctx, next) => {
      seen.push('inner')
      return next()
    })
    const outer = new Composer().use(inner)
    outer.filter('message').on('message', (_ctx, next) => {
      seen.push('filtered')
      return next()
    })
    await run(outer, [c2c('hi')], (bot) => bot.off(inner).on('message', () => void seen.push('last')))
    expect(seen).toEqual(['filtered', 'last'])
    await run(new Composer().use(outer), [c2c('hi')], (bot) =>
      bot.off(outer).on('message', () => void seen.push('only')),
    )
    expect(seen).toEqual(['filtered', 'last', 'only'])
  })

  it('can be used by several bots, and whole or by one of its groups', async () => {
    const seen: string[] = []
    const group = new Composer().filter('message').on('message', (ctx) => void seen.push(ctx.text))
    for (const text of ['1', '2']) await run(group, [c2c(text)])
    expect(seen).toEqual(['1', '2'])
  })

  it('asks for the intents that its handlers need', () => {
    const feature = new Composer()
    feature.filter(scene('c2c', 'dm')).on('message', scene('dm', 'channel'), () => {})
    const [registration] = feature.registrations()
    expect([registration?.interest, registration?.guard?.scenes]).toEqual([
      { event: 'message', scenes: ['dm', 'channel'] },
      ['c2c', 'dm'],
    ])
  })
})
