import { afterEach, expect, it } from 'vitest'

import { mentionOnly } from '../../src/middleware/index.js'
import { delivery } from '../support/deliveries.js'
import { HandSource } from '../support/hand-source.js'
import { memoryBot, type MemoryBot } from '../support/memory-bot.js'

let stage: MemoryBot

afterEach(async () => {
  await stage.close()
})

it('BT-32 asks the platform for its id where no READY came, and recognises its mention', async () => {
  const source = new HandSource()
  stage = memoryBot({ source })
  const { bot, settle } = stage
  const { id } = await bot.api.me.get()
  const seen: string[] = []
  bot.use(mentionOnly())
  bot.on('message', (ctx) => void seen.push(ctx.text))
  void bot.start()
  const said = (content: string, message: string) =>
    delivery('MESSAGE_CREATE', { id: message, guild_id: '1', channel_id: '2', content, author: { id: '7' } })
  source.push(said(`<@!${id}> one`, 'm1'))
  source.push(said('<@!77> two', 'm2'))
  source.push(said(`<@!${id}> three`, 'm3'))
  await settle()
  expect(seen).toEqual(['one', 'three'])
})
