// A bot that answers every message: from a cold start to its first answer. Arguments: name of the library, address of
// the platform.
import https from 'node:https'
import net from 'node:net'
import process from 'node:process'

const [, , library = '', url = ''] = process.argv
const credentials = { appId: '102000001', secret: 'bench-secret-0001' }

/** Two of the libraries have built-in hosts: this agent sends their requests, as plain HTTP, to the bench server. */
class BenchAgent extends https.Agent {
  createConnection() {
    return net.connect(Number(new URL(url).port), '127.0.0.1')
  }
}

/** @type {Readonly<Record<string, () => Promise<unknown>>>} */
const bots = {
  '@qqkit/bot': async () => {
    const { Bot } = await import('@qqkit/bot')
    const bot = new Bot({ ...credentials, baseUrl: url, tokenUrl: `${url}/app/getAppAccessToken` })
    bot.on('message', (ctx) => ctx.reply('pong'))
    return bot.start()
  },
  'qq-official-bot': async () => {
    https.globalAgent = new BenchAgent()
    const { default: official } = await import('qq-official-bot')
    const bot = new official.Bot({
      appid: credentials.appId,
      secret: credentials.secret,
      mode: official.ReceiverMode.WEBSOCKET,
      logLevel: 'off',
      removeAt: true,
      sandbox: false,
      intents: ['GROUP_AND_C2C_EVENT'],
    })
    bot.on('message', (event) => void event.reply('pong'))
    return bot.start()
  },
  'qq-guild-bot': async () => {
    https.globalAgent = new BenchAgent()
    const guildBot = await import('qq-guild-bot')
    const config = {
      appID: credentials.appId,
      token: 'bench',
      intents: ['PUBLIC_GUILD_MESSAGES'],
      sandbox: false,
    }
    const client = guildBot.createOpenAPI(config)
    const socket = guildBot.createWebsocket(config)
    socket.on('PUBLIC_GUILD_MESSAGES', ({ msg }) => {
      void client.messageApi.postMessage(msg.channel_id, { content: 'pong', msg_id: msg.id })
    })
  },
}
await bots[library]?.()
