import { addReaction, listReactions, removeReaction } from '../../guild-content/reactions.js'
import { createDm } from '../../guild/dms.js'
import { getMessageSetting, guideInChannel, guideInDm } from '../../guild/message-settings.js'
import { editMessage, getMessage, listMessages } from '../../guild/stored-messages.js'
import { recallHandlers } from '../../messages/recall.js'
import { sendHandlers } from '../../messages/send.js'
import type { Row } from './route.js'

/** Messages and DMs of guilds (§5.6, §5.10). */
export const guildMessageRoutes: readonly Row[] = [
  ['channel.send', 'POST', '/channels/{}/messages', sendHandlers.channel],
  ['dm.send', 'POST', '/dms/{}/messages', sendHandlers.dm],
  ['dm.create', 'POST', '/users/@me/dms', createDm],
  ['channel.message', 'GET', '/channels/{}/messages/{}', getMessage],
  ['channel.messages', 'GET', '/channels/{}/messages', listMessages],
  ['channel.edit', 'PATCH', '/channels/{}/messages/{}', editMessage],
  ['channel.recall', 'DELETE', '/channels/{}/messages/{}', recallHandlers.channel],
  ['dm.recall', 'DELETE', '/dms/{}/messages/{}', recallHandlers.dm],
  ['channel.react', 'PUT', '/channels/{}/messages/{}/reactions/{}/{}', addReaction],
  ['channel.unreact', 'DELETE', '/channels/{}/messages/{}/reactions/{}/{}', removeReaction],
  ['channel.reactions', 'GET', '/channels/{}/messages/{}/reactions/{}/{}', listReactions],
  ['channel.guide', 'POST', '/channels/{}/settingguide', guideInChannel],
  ['dm.guide', 'POST', '/dms/{}/settingguide', guideInDm],
  ['guild.message-setting', 'GET', '/guilds/{}/message/setting', getMessageSetting],
]
