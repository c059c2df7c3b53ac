import * as v from 'valibot'
import { describe, expect, it } from 'vitest'

import { Bot, type BotOptions } from '../../src/index.js'
import { everyScene, talk } from '../support/every-scene.js'

const forecast = v.object({
  城市: v.string(),
  天数: v.optional(v.pipe(v.string(), v.regex(/^[1-7]$/, '请填写 1 到 7'), v.transform(Number)), '1'),
})

const weatherBot = (options: BotOptions): Bot => {
  const bot = new Bot(options)
  // The shorter name first: the longer one wins all the same.
  bot.command('天气', { usage: '<城市> [天数]', args: forecast, aliases: ['weather'] }, (ctx) =>
    ctx.reply(`${ctx.params.城市}：${ctx.params.天数} 天`),
  )
  bot.command('天气预报', (ctx) => ctx.reply(`预报：${ctx.command?.rest}`))
  bot.command('note add', { usage: '<text...>', args: v.object({ text: v.string() }) }, (ctx) =>
    ctx.reply(`noted: ${ctx.params.text}`),
  )
  bot.command('note list', { description: '列出' }, (ctx) => ctx.reply('none'))
  bot.command('note debug', { hidden: true }, (ctx) => ctx.reply('debug'))
  bot.help('帮助')
  bot.on('message', (ctx) => ctx.reply(`chat: ${ctx.text}`))
  return bot
}

describe.each(everyScene)('BT-38 commands in %s over the %s', (...where) => {
  it('are read as people type them', async () => {
    await talk(where, weatherBot, async (person) => {
      await person.say('/天气 北京').expect('北京：1 天')
      await person.say('/天气北京 3').expect('北京：3 天')
      await person.say('／天气北京').expect('北京：1 天')
      await person.say('/天气预报北京').expect('预报：北京')
      await person.say('/Weather 北京').expect('北京：1 天')
      await person.say('/note add milk  and "tea"').expect('noted: milk  and "tea"')
      await person.say('/weatherman').expect('chat: /weatherman')
      await person.say('天气').expect('chat: 天气')
    })
  })

  it('BT-39 show their usage where arguments do not fit', async () => {
    await talk(where, weatherBot, async (person) => {
      const usage = '用法：/天气, /weather <城市> [天数]'
      await person.say('/天气').expect(`缺少参数：城市\n${usage}`)
      await person.say('/天气 北京 9').expect(`天数：请填写 1 到 7\n${usage}`)
      await person.say('/天气 北京 3 明天 后天').expect(`多余的参数：明天 后天\n${usage}`)
      const notes = '用法：/note add <text...>\n用法：/note list'
      await person.say('/note').expect(notes)
      await person.say('/note remove').expect(notes)
      await person
        .say('/帮助')
        .expect(
          '可用指令：\n/天气, /weather <城市> [天数]\n/天气预报\n/note add <text...>\n/note list — 列出\n/帮助',
        )
    })
  })
})

describe('BT-39 the usage of a command', () => {
  const [anywhere] = everyScene
  if (!anywhere) throw new Error('no scene')

  it('is said in the words of the bot', async () => {
    const make = (options: BotOptions): Bot =>
      new Bot({
        ...options,
        texts: {
          usage: ({ usages, problems }) => `${problems.map(({ kind }) => kind).join()}; ${usages.join()}`,
        },
      }).command('add', { usage: '<a> <b>', args: v.object({ a: v.string(), b: v.string() }) }, (ctx) =>
        ctx.reply(ctx.params.a + ctx.params.b),
      )
    await talk(anywhere, make, async (person) => {
      await person.say('/add').expect('missing,missing; /add <a> <b>')
      await person.say('/add 1 2').expect('12')
    })
  })

  it('takes schemas that answer later, and that speak about all arguments', async () => {
    const args = v.pipeAsync(
      v.object({ from: v.string(), to: v.string() }),
      v.checkAsync(async ({ from, to }) => from < to, '顺序不对'),
    )
    const make = (options: BotOptions): Bot =>
      new Bot(options).command('range', { usage: '<from> <to>', args }, (ctx) =>
        ctx.reply(`${ctx.params.from}–${ctx.params.to}`),
      )
    await talk(anywhere, make, async (person) => {
      await person.say('/range b a').expect('顺序不对\n用法：/range <from> <to>')
      await person.say('/range a b').expect('a–b')
    })
  })

  it('a schema that throws is an error of the handler', async () => {
    const args = v.pipe(
      v.object({ a: v.string() }),
      v.rawTransform((): string => {
        throw new RangeError('bang')
      }),
    )
    const caught: unknown[] = []
    const make = (options: BotOptions): Bot =>
      new Bot(options).command('x', { usage: '<a>', args }, () => {}).catch((error) => caught.push(error))
    await talk(anywhere, make, async (person) => {
      await person.say('/x 1').expectNothing()
    })
    expect(caught).toEqual([new RangeError('bang')])
  })

  it('bare names are commands where the bot asks for it', async () => {
    const make = (options: BotOptions): Bot =>
      new Bot({ ...options, bareCommands: true })
        .command('天气', (ctx) => ctx.reply('晴'))
        .on('message', (ctx) => ctx.reply(`chat: ${ctx.text}`))
    await talk(anywhere, make, async (person) => {
      await person.say('天气').expect('晴')
      await person.say('天气怎么样').expect('chat: 天气怎么样')
    })
  })
})
