/** Questions as people in QQ see them. */
import { describe, expect, it } from 'vitest'

import { asking } from '../../src/asking/index.js'
import { Bot, type BotOptions } from '../../src/index.js'
import { everyScene, talk } from '../support/every-scene.js'

const askingBot = (options: BotOptions): Bot => {
  const bot = new Bot(options).use(asking({ cancel: '取消' }))
  bot.command('weather', async (ctx) => {
    const city = await ctx.ask('Which city?')
    const days = await city.ask('How many days?')
    await days.reply(`${city.text} for ${days.text} days`)
  })
  bot.command('delete', async (ctx) => {
    const answer = await ctx.choose('Delete?', { yes: '删除', no: '保留' })
    await answer.reply(answer.choice === 'yes' ? 'deleted' : 'kept')
  })
  bot.command('ping', (ctx) => ctx.reply('pong'))
  bot.on('message', (ctx) => ctx.reply(`chat: ${ctx.text}`))
  return bot
}

describe.each(everyScene)('AS-01 questions in %s over the %s', (...where) => {
  const [scene] = where

  it('are answered by the next messages; commands go their way meanwhile', async () => {
    await talk(where, askingBot, async (person) => {
      await person.say('/weather').expect('Which city?')
      await person.say('/ping').expect('pong')
      await person.say('Beijing').expect('How many days?')
      await person.say('3').expect('Beijing for 3 days')
      await person.say('3').expect('chat: 3')
    })
  })

  it('are chosen by a button where the scene has them, by label and by number', async () => {
    await talk(where, askingBot, async (person, desk) => {
      if (scene === 'dm') {
        await person.say('/delete').expect('Delete?\n请回复序号或文字：\n1. 删除\n2. 保留')
      } else {
        await person.say('/delete').expect({ content: 'Delete?', buttons: ['删除', '保留'] })
        const pressed = person.press('删除')
        await pressed.expectAck(0)
        await pressed.expect('deleted')
        person.say('/delete')
        await person.expect({ buttons: ['删除', '保留'] })
        await desk.advance(6 * 60_000)
        if (scene === 'c2c') await person.expect('等待回答超时，已取消。')
        const late = person.press('删除')
        await late.expectAck(0)
        await late.expect('这个问题已经结束。')
        person.say('/delete')
        await person.expect({ buttons: ['删除', '保留'] })
      }
      await person.say('删除').expect('deleted')
      await person.say('/delete').expectReplies(1)
      await person.say('２').expect('kept')
    })
  })

  it('are cancelled by a word, and time out', async () => {
    await talk(where, askingBot, async (person, desk) => {
      await person.say('/weather').expect('Which city?')
      await person.say('取消').expect('已取消。')
      await person.say('/weather').expect('Which city?')
      await desk.advance(4 * 60_000)
      await person.say('Beijing').expect('How many days?')
      await desk.advance(6 * 60_000)
      if (scene === 'c2c') await person.expect('等待回答超时，已取消。')
      await person.say('3').expect('chat: 3')
    })
    expect.assertions(0)
  })
})
