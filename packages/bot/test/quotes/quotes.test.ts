/** Quotes of earlier messages: in all scenes over both transports, and what a store may do. */
import type { MemorySimulator } from '@qqkit/simulator'
import { describe, expect, it, vi } from 'vitest'

import { Bot, type BotOptions, image, markdown, type MessageContext } from '../../src/index.js'
import { envelope, history } from '../../src/middleware/index.js'
import { type Quotes, type QuotesOptions, rememberQuotes } from '../../src/quotes/index.js'
import { everyScene, talk } from '../support/every-scene.js'
import { memoryBot } from '../support/memory-bot.js'

const who = (quotes: Quotes, ctx: MessageContext): string => {
  const quoted = quotes.of(ctx)
  if (!quoted) return 'no quote'
  const { mine, author, text, at } = quoted
  const writer = mine === null ? 'someone' : mine ? 'the bot' : author?.name || 'a person'
  return `${writer}: ${text}${at === null ? '' : ' (remembered)'}`
}

const knowing =
  (options: QuotesOptions = {}) =>
  (given: BotOptions): Bot => {
    const bot = new Bot(given)
    const quotes = rememberQuotes(bot, options)
    bot.command('card', (ctx) => ctx.reply(markdown('**1 & 2**')))
    bot.command('picture', (ctx) => ctx.reply(image('https://example.com/cat.png')).catch(() => {}))
    bot.command('later', async (ctx) => void (await bot.send(ctx.target, 'good <morning>')))
    bot.command('who', (ctx) => ctx.reply(who(quotes, ctx)))
    bot.command('model', (ctx) =>
      ctx.reply(
        envelope(ctx, { quote: quotes.of(ctx) })
          .split('\n')
          .slice(1)
          .join('|'),
      ),
    )
    bot.on('message', (ctx) => ctx.reply('1 & 2 <3'))
    return bot
  }

describe.each(everyScene)('BT-46 quotes in %s over the %s', (...where) => {
  const [scene] = where
  const sceneIsGuild = scene === 'channel' || scene === 'dm'

  it('have text, writer and time, of replies, cards and messages that the bot sent first', async () => {
    await talk(where, knowing(), async (person) => {
      const [reply] = await person.say('hello').expectReplies(1)
      await person.say('/who', { quote: reply!.entry.id }).expect('the bot: 1 & 2 <3 (remembered)')
      const [card] = await person.say('/card').expectReplies(1)
      await person.say('/who', { quote: card!.entry.id }).expect('the bot: **1 & 2** (remembered)')
      const [sent] = await person.say('/later').expectReplies(1)
      await person.say('/who', { quote: sent!.entry.id }).expect('the bot: good <morning> (remembered)')
      await person.say('/who').expect('no quote')
    })
  })

  it('are of people too, for a model as well', async () => {
    await talk(where, knowing(), async (person) => {
      const id = 'ROBOT1.0_said'
      await person.say('tea & <b>cake</b>', { id }).expectReplies(1)
      const name = { c2c: 'a person', group: 'bob', channel: 'cat', dm: 'dan' }[scene]
      await person.say('/who', { quote: id }).expect(`${name}: tea & <b>cake</b> (remembered)`)
      await person.say('/model', { quote: id }).expect('> tea & <b>cake</b>|/model')
    })
  })

  it('that the bot does not know are what the event tells', async () => {
    await talk(where, knowing({ limit: 1 }), async (person) => {
      const [reply] = await person.say('hello').expectReplies(1)
      await person.say('again').expectReplies(1)
      await person
        .say('/who', { quote: reply!.entry.id })
        .expect(sceneIsGuild ? 'someone: null' : 'someone: 1 & 2 <3')
      await person.say('/who', { quote: 'never sent' }).expect('someone: null')
    })
  })
})

describe('BT-63 a message that was recalled', () => {
  const idOf = (entry: { readonly id: string; readonly refIdx: string | null }, isGuild: boolean): string =>
    isGuild ? entry.id : (entry.refIdx ?? '')

  /** A store as of a database, and what is in it. */
  const keptIn = (): { readonly saved: Map<string, unknown>; readonly options: QuotesOptions } => {
    const saved = new Map<string, unknown>()
    const store = {
      load: async (key: string) => saved.get(key) as never,
      save: async (key: string, value: unknown) => void saved.set(key, structuredClone(value)),
      remove: async (key: string) => void saved.delete(key),
    }
    return { saved, options: { store } }
  }

  const sayIn = {
    c2c: (sim: MemorySimulator) => sim.user('ann'),
    group: (sim: MemorySimulator) => sim.group('room').user('ann'),
    channel: (sim: MemorySimulator) => sim.channel('general').user('ann'),
    dm: (sim: MemorySimulator) => sim.dm('ann'),
  }

  it.each(['c2c', 'group', 'channel', 'dm'] as const)(
    'by the bot in %s is forgotten, in the store too',
    async (scene) => {
      for (const { saved, options } of [keptIn(), { saved: null, options: {} }]) {
        const { bot, sim, settle, close } = memoryBot({}, { bot: { privateDomain: true } })
        const quotes = rememberQuotes(bot, options)
        bot.command('wrong', async (ctx) => ctx.recall(await ctx.reply('not for you')))
        bot.on('message', (ctx) => ctx.reply('for you'))
        void bot.start()
        await settle(1000)
        for (const text of ['/wrong', 'hi']) {
          sayIn[scene](sim).say(text)
          await settle(1000)
        }
        const sent = sim.log
          .of('message')
          .filter(({ direction, change }) => direction === 'out' && change === 'sent')
        const target = { scene, id: sent[0]!.peerId }
        const isGuild = scene === 'channel' || scene === 'dm'
        const known = await Promise.all(sent.map(async (one) => quotes.find(target, idOf(one, isGuild))))
        expect(known.map((one) => one?.text ?? null)).toEqual([null, 'for you'])
        expect(JSON.stringify([...(saved ?? [])])).not.toContain('not for you')
        await close()
      }
    },
  )

  it.each(['channel', 'dm'] as const)(
    'by its author in %s is forgotten, in the store and in the history too, also where it still waits',
    async (scene) => {
      const { saved, options } = keptIn()
      const { bot, sim, settle, close, clock } = memoryBot()
      const quotes = rememberQuotes(bot, options)
      const recent = history({ clock })
      bot.use(recent)
      const heard: string[] = []
      const before: string[][] = []
      bot.on('message', async (ctx) => {
        heard.push(ctx.text)
        before.push(recent.of(ctx).map(({ text }) => text))
        await new Promise<void>((resolve) => void clock.setTimer(2000, resolve))
      })
      void bot.start()
      await settle(1000)
      const ann = sayIn[scene](sim)
      const [first, waiting] = [ann.say('secret one'), ann.say('secret two')]
      await settle(500)
      ann.recall(waiting.id)
      await settle(500)
      ann.recall(first.id)
      ann.say('bye')
      await settle(10_000)
      const target = { scene, id: sim.log.of('message')[0]!.peerId }
      expect([await quotes.find(target, first.id), await quotes.find(target, waiting.id)]).toEqual([
        null,
        null,
      ])
      expect(JSON.stringify([...saved])).not.toContain('secret')
      expect([heard, before.at(-1)]).toEqual([['secret one', 'secret two', 'bye'], []])
      await close()
    },
  )
})

describe('BT-46 the store of quotes', () => {
  it('forgets by age', async () => {
    const stage = memoryBot()
    const quotes = rememberQuotes(stage.bot, { maxAge: 60_000 })
    stage.bot.on('message', async (ctx) => void (await ctx.reply(who(quotes, ctx))))
    void stage.bot.start()
    await stage.settle(1000)
    const { id } = stage.sim.channel('general').user('cat').say('tea')
    await stage.settle(1000)
    const target = { scene: 'channel', id: stage.sim.log.of('message')[0]!.peerId } as const
    expect(await quotes.find(target, id)).toMatchObject({ text: 'tea', attachments: [] })
    expect(await quotes.find({ ...target, id: '1' }, id)).toBeNull()
    await stage.settle(60_000)
    expect(await quotes.find(target, id)).toBeNull()
    await stage.close()
  })

  it('sees what a bot sends that was started again', async () => {
    const stage = memoryBot()
    const quotes = rememberQuotes(stage.bot)
    stage.bot.on('message', async (ctx) => void (await ctx.reply(who(quotes, ctx))))
    const user = stage.sim.user('ann')
    for (const _life of [1, 2]) {
      void stage.bot.start()
      await stage.settle(1000)
      user.say('hi')
      await stage.settle(1000)
      const sent = stage.sim.log.of('message').at(-1)!
      expect(await quotes.find({ scene: 'c2c', id: sent.peerId }, sent.refIdx!)).toMatchObject({
        author: null,
        text: 'no quote',
      })
      const stopped = stage.bot.stop()
      await stage.settle(30_000)
      await stopped
    }
    await stage.close()
  })

  it('keeps bots apart that share one, under keys with their appid', async () => {
    const saved = new Map<string, unknown>()
    const stage = memoryBot()
    const store = {
      load: (key: string) => saved.get(key) as never,
      save: (key: string, value: unknown) => void saved.set(key, structuredClone(value)),
      remove: (key: string) => void saved.delete(key),
    }
    rememberQuotes(stage.bot, { store })
    stage.bot.on('message', (ctx) => ctx.reply('ok'))
    void stage.bot.start()
    await stage.settle(1000)
    stage.sim.group('room').user('bob').say('hi')
    await stage.settle(1000)
    const { appId } = stage.sim.botOptions()
    expect([...saved.keys()].map((key) => key.split(':').slice(0, 3).join(':'))).toEqual(
      Array.from({ length: 2 }, () => `${appId}:quote:group`),
    )
    expect(JSON.parse(JSON.stringify([...saved.values()]))).toEqual([...saved.values()])
    await stage.close()
  })

  it('costs no answer when it fails', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const fails = (): never => {
      throw new Error('down')
    }
    try {
      const store = { load: async () => Promise.reject(new Error('down')), save: fails, remove: fails }
      await talk(['group', 'gateway'], knowing({ store }), async (person) => {
        const [reply] = await person.say('hello').expectReplies(1)
        await person.say('/who', { quote: reply!.entry.id }).expect('someone: 1 & 2 <3')
      })
      expect(warn.mock.calls.map(([text]) => text)).toContain('down')
    } finally {
      warn.mockRestore()
    }
  })

  it('tells wrong use', () => {
    const bot = new Bot({ appId: '1', secret: 's' })
    expect(() => rememberQuotes({} as Bot)).toThrow(expect.objectContaining({ code: 'no_bot' }))
    expect(() => rememberQuotes(bot, { limit: 0 })).toThrow('limit')
    expect(() => rememberQuotes(bot, { maxAge: 0 })).toThrow('maxAge')
    expect(() => rememberQuotes(bot, { store: {} as never })).toThrow('store')
    expect(() => rememberQuotes(bot, { age: 1 } as never)).toThrow('there is no such option')
  })
})
