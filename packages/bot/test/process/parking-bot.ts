// A bot as a process of its own that parks what it cannot deliver.
import process from 'node:process'

import { Bot, fileParkStore } from '../../src/index.js'

const [appId = '', secret = '', baseUrl = '', path = ''] = process.argv.slice(2)

const bot = new Bot({
  appId,
  secret,
  baseUrl,
  onUndeliverable: 'park',
  parking: { store: fileParkStore({ path }) },
  handleSignals: true,
})
bot.on('message', async (ctx) => {
  const { kind } = await ctx.reply(`re: ${ctx.text}`)
  process.stdout.write(`${kind} ${ctx.text}\n`)
})
await bot.start()
