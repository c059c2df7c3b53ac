// A bot as a process of its own: it answers everything, and hangs before or after the answer when told to.
import { once } from 'node:events'
import process from 'node:process'

import { Bot, fileSessionStore } from '../../src/index.js'

const [appId = '', secret = '', baseUrl = '', file = ''] = process.argv.slice(2)
const [hang = ''] = process.argv.slice(6)

const bot = new Bot({
  appId,
  secret,
  baseUrl,
  store: fileSessionStore({ path: file }),
  // Of an earlier process that ends; a test waits for its end only as long as it must.
  gateway: { lockTimeout: 1000 },
  handleSignals: true,
})
bot.on('message', async (ctx) => {
  process.stdout.write(`begin ${ctx.text}\n`)
  if (ctx.text === 'before' && hang === 'hang') await new Promise(() => {})
  // Answers only once the stop has begun.
  if (ctx.text === 'slow') await once(process, 'SIGTERM')
  const { kind } = await ctx.reply(`re: ${ctx.text}`)
  process.stdout.write(`${kind} ${ctx.text}\n`)
  if (ctx.text === 'after' && hang === 'hang') await new Promise(() => {})
})
await bot.start()
process.stdout.write('stopped\n')
