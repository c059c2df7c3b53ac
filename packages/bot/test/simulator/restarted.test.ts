import { afterEach, expect, it } from 'vitest'

import { memoryBot, type MemoryBot } from '../support/memory-bot.js'

let stage: MemoryBot

afterEach(async () => {
  await stage.close()
})

it('ST-04 a bot that is restarted at once waits for the identify window of the platform', async () => {
  stage = memoryBot()
  const { bot, sim, settle, said, records } = stage
  bot.on('message', async (ctx) => ctx.reply(ctx.text))
  void bot.start()
  await settle(1000)
  const stopped = bot.stop()
  await settle(500)
  await stopped
  void bot.start()
  await settle(6000)
  expect(bot.status().state).toBe('ready')
  sim.user('ann').say('hi')
  await settle(500)
  expect(said()).toEqual(['c2c ann reply: hi'])
  expect(records.filter(({ level }) => level !== 'info' && level !== 'debug')).toEqual([])
})
