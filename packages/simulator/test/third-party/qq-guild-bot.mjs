// A bot of qq-guild-bot that answers every message. Arguments: AppID, old token.
import process from 'node:process'

import * as guildBot from 'qq-guild-bot'

const [appID = '', token = ''] = process.argv.slice(2)
const config = {
  appID,
  token,
  intents: ['GUILDS', 'PUBLIC_GUILD_MESSAGES', 'DIRECT_MESSAGE'],
  sandbox: false,
}
const client = guildBot.createOpenAPI(config)
const socket = guildBot.createWebsocket(config)

socket.on('PUBLIC_GUILD_MESSAGES', ({ msg }) => {
  void client.messageApi.postMessage(msg.channel_id, { content: `heard ${msg.content}`, msg_id: msg.id })
})
socket.on('DIRECT_MESSAGE', ({ msg }) => {
  void client.directMessageApi.postDirectMessage(msg.guild_id, {
    content: `heard ${msg.content}`,
    msg_id: msg.id,
  })
})
