// A bot as a process of its own that fails when it is told to, logs where bots log, and shows that it types.
import { once } from 'node:events'
import process from 'node:process'

import { Bot } from '../../src/index.js'
import { typing } from '../../src/middleware/index.js'

const [appId = '', secret = '', baseUrl = '', after = '1000'] = process.argv.slice(2)

const bot = new Bot({ appId, secret, baseUrl, handleSignals: true })
bot.use(typing({ after: Number(after) }))
bot.on('message', async (ctx) => {
  if (ctx.text === 'fail') throw new Error('as told')
  // Answers only once the stop has begun.
  if (ctx.text === 'slow') await once(process, 'SIGTERM')
  await ctx.reply(`re: ${ctx.text}`)
})
await bot.start()
