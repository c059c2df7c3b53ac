// A bot of qq-official-bot that answers every message. Arguments: AppID, secret.
import process from 'node:process'

import officialBot from 'qq-official-bot'

const [appid = '', secret = ''] = process.argv.slice(2)
const bot = new officialBot.Bot({
  appid,
  secret,
  mode: officialBot.ReceiverMode.WEBSOCKET,
  logLevel: process.env['CLIENT_LOG'] ?? 'off',
  removeAt: true,
  sandbox: false,
  intents: ['GUILDS', 'GROUP_AND_C2C_EVENT', 'PUBLIC_GUILD_MESSAGES', 'DIRECT_MESSAGE'],
})
bot.on('message', (event) => {
  void event.reply(`heard ${event.raw_message}`)
})
await bot.start()
