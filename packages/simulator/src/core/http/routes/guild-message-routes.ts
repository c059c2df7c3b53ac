import { createDm, getMessageSetting, react } from '../../guild/guild.js'
import { editMessage, getMessage } from '../../guild/stored-messages.js'
import { recallHandlers } from '../../messages/recall.js'
import { sendHandlers } from '../../messages/send.js'
import type { Row } from './route.js'

/** Messages and DMs of guilds (§5.6, §5.10). */
export const GUILD_MESSAGE_ROUTES: readonly Row[] = [
  ['channel.send', 'POST', '/channels/{}/messages', sendHandlers.channel],
  ['dm.send', 'POST', '/dms/{}/messages', sendHandlers.dm],
  ['dm.create', 'POST', '/users/@me/dms', createDm],
  ['channel.message', 'GET', '/channels/{}/messages/{}', getMessage],
  ['channel.edit', 'PATCH', '/channels/{}/messages/{}', editMessage],
  ['channel.recall', 'DELETE', '/channels/{}/messages/{}', recallHandlers.channel],
  ['dm.recall', 'DELETE', '/dms/{}/messages/{}', recallHandlers.dm],
  ['channel.react', 'PUT', '/channels/{}/messages/{}/reactions/{}/{}', react],
  ['channel.unreact', 'DELETE', '/channels/{}/messages/{}/reactions/{}/{}', react],
  ['guild.message-setting', 'GET', '/guilds/{}/message/setting', getMessageSetting],
]
