import { describe, expect, it } from 'vitest'

import { Bot, button, type BotOptions, type Context, keyboard, markdown, type Next } from '../../src/index.js'
import { everyScene, talk } from '../support/every-scene.js'

const rows = [
  [button.callback('Tea', 'tea'), button.callback('More', 'page:2')],
  [button.callback('Other', 'other')],
]

const teaBot = (options: BotOptions): Bot => {
  const bot = new Bot(options)
  bot.command('menu', (ctx) => ctx.reply({ ...markdown('What would you like?'), ...keyboard(rows) }))
  bot.button('tea', (ctx) => ctx.reply(`Here is your ${ctx.match[0]}.`))
  bot.button(/^page:(\d+)$/, (ctx) => ctx.reply(`Page ${ctx.match[1]}`))
  bot.button(['page:2', 'never'], (ctx) => ctx.reply('too late'))
  bot.on('interaction', (ctx) => ctx.reply(`clicked ${ctx.data}`))
  return bot
}

describe.each(everyScene)('BT-40 buttons in %s over the %s', (...where) => {
  it('have handlers by their data, and stop spinning', async () => {
    await talk(where, teaBot, async (person) => {
      await person.say('/menu').expect({ buttons: ['Tea', 'More', 'Other'] })
      for (const [label, answer] of [
        ['Tea', 'Here is your tea.'],
        ['More', 'Page 2'],
        ['Other', 'clicked other'],
      ] as const) {
        const pressed = person.press(label)
        await pressed.expectAck()
        await pressed.expect(answer)
      }
    })
  })

  it('get the code of their handler', async () => {
    const make = (options: BotOptions): Bot =>
      new Bot({ ...options, interactionAck: 'handler' })
        .command('menu', (ctx) => ctx.reply({ ...markdown('?'), ...keyboard(rows) }))
        .button('tea', (ctx) => ctx.ack(4))
        .button(/^page/, () => {})
    await talk(where, make, async (person) => {
      await person.say('/menu').expect({ buttons: ['Tea', 'More', 'Other'] })
      await person.press('Tea').expectAck(4)
      await person.press('More').expectAck(0)
    })
  })
})

describe('BT-41 bot.off', () => {
  it('removes a handler while the bot runs, from the next event on', async () => {
    const [anywhere] = everyScene
    if (!anywhere) throw new Error('no scene')
    let disposed = 0
    const shout = Object.assign(
      async (ctx: Context, next: Next) => {
        if (ctx.event === 'message') await ctx.reply('first')
        await next()
      },
      { [Symbol.dispose]: () => void (disposed += 1) },
    )
    const make = (options: BotOptions): Bot => {
      const bot = new Bot(options)
      bot.use(shout)
      bot.command('off', (_ctx, next) => {
        bot.off(shout)
        return next()
      })
      bot.on('message', (ctx) => ctx.reply(`last: ${ctx.text}`))
      return bot
    }
    await talk(anywhere, make, async (person) => {
      const both = await person.say('/off').expectReplies(2)
      expect(both.map(({ content }) => content)).toEqual(['first', 'last: /off'])
      await person.say('hi').expect('last: hi')
      await person.say('again').expect('last: again')
      expect(disposed).toBe(1)
    })
  })
})
