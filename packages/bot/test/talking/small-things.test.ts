/** The small things that stand on every bot, in every scene and over both transports. */
import { describe, expect, it } from 'vitest'

import { Bot, type BotOptions, type Context, type Next, scene } from '../../src/index.js'
import { allow, deny, mentionOnly } from '../../src/middleware/index.js'
import { everyScene, talk } from '../support/every-scene.js'

type Person = Parameters<Parameters<typeof talk>[2]>[0]

interface SmallThing {
  readonly make: (options: BotOptions) => Bot
  readonly talk: (person: Person, where: string) => Promise<void>
}

const isGuild = (where: string): boolean => where === 'channel' || where === 'dm'

/** Who wrote a message, as the platform tells it in each scene, by another bot. */
const byBot = (where: string): Readonly<Record<string, unknown>> => ({
  author: {
    id: '42',
    username: 'other',
    bot: true,
    ...(isGuild(where) ? {} : { user_openid: 'B0', member_openid: 'B0' }),
  },
})

const things: Readonly<Record<string, SmallThing>> = {
  'BT-41 off removes a handler, a middleware and a command while the bot runs': {
    make: (options) => {
      const first = async (ctx: Context, next: Next): Promise<void> => {
        if (ctx.event === 'message') await ctx.reply('first')
        await next()
      }
      const tea = (ctx: Context): unknown => ctx.reply('tea')
      const bot = new Bot(options).use(first).command('tea', tea).button('tea', tea)
      bot.command('off', (_ctx, next) => {
        bot.off(first).off(tea)
        return next()
      })
      return bot.help().on('message', (ctx) => ctx.reply(`chat: ${ctx.text}`))
    },
    talk: async (person) => {
      const both = await person.say('/tea').expectReplies(2)
      expect(both.map(({ content }) => content)).toEqual(['first', 'tea'])
      await person.say('/off').expectReplies(2)
      await person.say('/tea').expect('chat: /tea')
      await person.say('/help').expect('可用指令：\n/off\n/help')
    },
  },
  'BT-32 messages of other bots are left out': {
    make: (options) =>
      new Bot(options)
        .command('ping', (ctx) => ctx.reply('pong'))
        .on('message', (ctx) => ctx.reply(`chat: ${ctx.text}`)),
    talk: async (person, where) => {
      await person.say('/ping', { payload: byBot(where) }).expectNothing()
      await person.say('hello', { payload: byBot(where) }).expectNothing()
      await person.say('/ping').expect('pong')
    },
  },
  'BT-62 people and places are let in, or told that they are not': {
    make: (options) =>
      new Bot(options)
        .use(deny({ when: (ctx) => ctx.event === 'message' && ctx.text === '/secret', otherwise: 'reply' }))
        .use(allow({ scenes: ['c2c', 'dm', 'channel'], rules: [{ scenes: ['group'], roles: ['admin'] }] }))
        .command('secret', (ctx) => ctx.reply('the tea is cold'))
        .on('message', (ctx) => ctx.reply(`in: ${ctx.text}`)),
    talk: async (person, where) => {
      await person.say('/secret').expect('抱歉，你没有使用权限。')
      if (where === 'group') await person.say('hi').expectNothing()
      else await person.say('hi').expect('in: hi')
      await person.say('hi', { role: 'admin' }).expect('in: hi')
    },
  },
  'BT-38 a command beside a mention and blanks, with full-width and ASCII prefixes': {
    make: (options) =>
      new Bot({ ...options, prefix: ['/', '／', '!'] })
        .use(mentionOnly({ startsWith: ['!'] }))
        .command('天气', { aliases: ['Weather', 'wx'] }, (ctx) =>
          ctx.reply(`${ctx.command?.name}|${ctx.command?.rest}|${ctx.args.join('+')}`),
        )
        .command('天气 预报', (ctx) => ctx.reply(`forecast of ${ctx.args.join('+')}`))
        .on('message', scene('c2c', 'group', 'channel', 'dm'), (ctx) => ctx.reply(`chat: ${ctx.text}`)),
    talk: async (person) => {
      await person.say('/天气北京 "两 天"').expect('天气|北京 "两 天"|北京+两 天')
      await person.say('／天气　北京').expect('天气|北京|北京')
      await person.say('!WX 北京').expect('WX|北京|北京')
      await person.say('/weather\n北京').expect('weather|北京|北京')
      await person.say('/天气预报北京').expect('forecast of 北京')
      await person.say('/天气  预报 北京').expect('forecast of 北京')
      await person.say('/wxx 北京').expect('chat: /wxx 北京')
      await person.say('/').expect('chat: /')
      await person.say('天气 北京').expect('chat: 天气 北京')
    },
  },
}

const table = Object.entries(things).flatMap(([name, thing]) =>
  everyScene.map(([where, transport]) => [name, where, transport, thing] as const),
)

describe('what every bot has', () => {
  it.each(table)('%s: %s over the %s', async (_name, where, transport, { make, talk: converse }) => {
    await talk([where, transport], make, async (person) => converse(person, where))
  })
})
