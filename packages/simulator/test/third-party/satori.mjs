// A bot of Satori's adapter that answers every message. Arguments: AppID, secret; QQ_SIMULATOR_URL is its endpoint.
import process from 'node:process'

import plugin from '@cordisjs/plugin-http'
import { Context } from '@satorijs/core'
import adapter from '@satorijs/adapter-qq'

const [id = '', secret = ''] = process.argv.slice(2)
const endpoint = `${process.env['QQ_SIMULATOR_URL']}/`
const intents = (1 << 25) | (1 << 30) | (1 << 12)

const app = new Context()
app.plugin(plugin.default ?? plugin)
app.plugin(adapter.default ?? adapter, {
  id,
  secret,
  type: 'public',
  sandbox: false,
  protocol: 'websocket',
  authType: 'bearer',
  endpoint,
  intents,
  retryWhen: [],
})
app.on('message', async (session) => {
  await session.bot.sendMessage(session.channelId, `heard ${session.content}`, undefined, { session })
})
await app.start()
