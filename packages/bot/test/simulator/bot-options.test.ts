import { createMemorySimulator, startSimulator } from '@qqkit/simulator'
import { expect, it } from 'vitest'

import { Bot } from '../../src/index.js'

const answering = async (bot: Bot, name: string): Promise<Bot> => {
  bot.on('message', async (ctx) => ctx.reply(`${name} heard ${ctx.text}`))
  void bot.start()
  await bot.ready()
  return bot
}

it.each([
  ['over sockets', async () => startSimulator({ page: false })],
  ['in memory', async () => createMemorySimulator()],
])('SM-12 %s, the options of a simulator connect each of its bots', async (_how, start) => {
  const sim = await start()
  const second = sim.addBot()
  const bots = [
    await answering(new Bot({ ...sim.botOptions(), log: false }), 'one'),
    await answering(new Bot({ ...sim.botOptions(second), log: false }), 'two'),
  ]
  expect(await sim.replyTo(sim.user('ann').say('hi'))).toMatchObject({ content: 'one heard hi' })
  expect(await sim.replyTo(sim.user('ann', second.appId).say('hi'))).toMatchObject({
    content: 'two heard hi',
  })
  await Promise.all(bots.map(async (bot) => bot.stop()))
  await sim.close()
})
