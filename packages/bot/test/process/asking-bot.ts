// A bot as a process of its own that asks: with ctx.ask and with a dialogue, over the gateway or over the webhook.
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'

import { asking, dialogue, type DialogueState } from '../../src/asking/index.js'
import { Bot, fileSessionStore, nodeHandler } from '../../src/index.js'
import { fileRecordStore } from '../../src/proactive/index.js'

const [appId = '', secret = '', baseUrl = '', transport = '', place = '', states = ''] = process.argv.slice(2)

const tell = (text: string): void => void process.stdout.write(`${text}\n`)

const bot = new Bot({
  appId,
  secret,
  baseUrl,
  handleSignals: true,
  ...(transport === 'gateway'
    ? // Of an earlier process that ends; a test waits for its end only as long as it must.
      { store: fileSessionStore({ path: place }), gateway: { lockTimeout: 1000 } }
    : { source: 'webhook' as const }),
}).use(asking())
const booking = dialogue('booking', { store: fileRecordStore<DialogueState>({ path: states }) })
  .ask('hotel', 'Which hotel?')
  .choose('sure', ({ hotel }) => `The ${hotel}?`, ['yes', 'no'])
  .end(async (ctx, { hotel, sure }) => ctx.reply(`${hotel}: ${sure}`))
bot.use(booking)

bot.command('weather', async (ctx) => {
  tell(`asks ${String(ctx.replayed)}`)
  const city = await ctx.ask('Which city?')
  tell(`heard ${city.text}`)
  const day = await city.choose('Which day?', ['today', 'tomorrow'])
  const { kind } = await day.reply(`${city.text} ${day.choice}`)
  tell(`${kind} ${city.text}`)
})
bot.command('book', async (ctx) => {
  await booking.begin(ctx)
  tell('begun')
})
bot.command('ping', (ctx) => ctx.reply('pong'))
bot.on('message', (ctx) => ctx.reply(`chat: ${ctx.text}`))

const running = bot.start()
if (transport === 'webhook') {
  const server = createServer(nodeHandler(bot.webhook) as RequestListener).listen(Number(place), '127.0.0.1')
  server.on('listening', () => tell(`port ${(server.address() as AddressInfo).port}`))
  await running
  server.close()
  server.closeAllConnections()
} else await running
