// A bot over webhook as a process of its own: it answers everything, and hangs before or after the answer when told to.
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'

import { Bot, nodeHandler } from '../../src/index.js'

const [appId = '', secret = '', baseUrl = '', port = '0', hang = ''] = process.argv.slice(2)

const bot = new Bot({ appId, secret, baseUrl, source: 'webhook', handleSignals: true })
bot.on('message', async (ctx) => {
  process.stdout.write(`begin ${ctx.text}\n`)
  if (ctx.text === 'before' && hang === 'hang') await new Promise(() => {})
  // Answers only once the stop has begun.
  if (ctx.text === 'slow') await once(process, 'SIGTERM')
  const { kind } = await ctx.reply(`re: ${ctx.text}`)
  process.stdout.write(`${kind} ${ctx.text}\n`)
  if (ctx.text === 'after' && hang === 'hang') await new Promise(() => {})
})
const running = bot.start()
const server = createServer(nodeHandler(bot.webhook) as RequestListener).listen(Number(port), '127.0.0.1')
server.on('listening', () => {
  process.stdout.write(`port ${(server.address() as AddressInfo).port}\n`)
})
await running
server.close()
process.stdout.write('stopped\n')
