import {
  createDm,
  getChannel,
  getGuild,
  getMessageSetting,
  listChannels,
  listGuilds,
  listRoles,
  react,
} from '../guild/guild.js'
import { editMessage, getMessage } from '../guild/stored-messages.js'
import { finishPart, prepareHandlers } from '../media/chunked.js'
import { uploadHandlers } from '../media/upload.js'
import { recallHandlers } from '../messages/recall.js'
import { sendHandlers } from '../messages/send.js'
import { streamMessage } from '../messages/stream.js'
import type { Handler } from './call-context.js'
import { getGateway, getGatewayBot, getMe } from './discovery.js'
import { acknowledge } from './interactions.js'

/** A route of the REST API. `{}` in the pattern is one path segment. */
export interface Route {
  readonly method: string
  readonly pattern: string
  /** Stable name, used by faults and in the log. */
  readonly name: string
  readonly handler: Handler
}

type Row = readonly [name: string, method: string, pattern: string, handler: Handler]

const ROWS: readonly Row[] = [
  // §3.1, §5.1
  ['gateway.url', 'GET', '/gateway', getGateway],
  ['gateway.bot', 'GET', '/gateway/bot', getGatewayBot],
  ['me.get', 'GET', '/users/@me', getMe],
  ['me.guilds', 'GET', '/users/@me/guilds', listGuilds],
  // §5.2, §5.4
  ['c2c.send', 'POST', '/v2/users/{}/messages', sendHandlers.c2c],
  ['group.send', 'POST', '/v2/groups/{}/messages', sendHandlers.group],
  ['c2c.stream', 'POST', '/v2/users/{}/stream_messages', streamMessage],
  // §5.5
  ['c2c.files', 'POST', '/v2/users/{}/files', uploadHandlers.c2c],
  ['group.files', 'POST', '/v2/groups/{}/files', uploadHandlers.group],
  ['c2c.upload-prepare', 'POST', '/v2/users/{}/upload_prepare', prepareHandlers.c2c],
  ['group.upload-prepare', 'POST', '/v2/groups/{}/upload_prepare', prepareHandlers.group],
  ['c2c.upload-part-finish', 'POST', '/v2/users/{}/upload_part_finish', finishPart],
  ['group.upload-part-finish', 'POST', '/v2/groups/{}/upload_part_finish', finishPart],
  // §5.6
  ['c2c.recall', 'DELETE', '/v2/users/{}/messages/{}', recallHandlers.c2c],
  ['group.recall', 'DELETE', '/v2/groups/{}/messages/{}', recallHandlers.group],
  ['channel.recall', 'DELETE', '/channels/{}/messages/{}', recallHandlers.channel],
  ['dm.recall', 'DELETE', '/dms/{}/messages/{}', recallHandlers.dm],
  // §5.7
  ['interaction.ack', 'PUT', '/interactions/{}', acknowledge],
  // §5.10
  ['channel.send', 'POST', '/channels/{}/messages', sendHandlers.channel],
  ['dm.send', 'POST', '/dms/{}/messages', sendHandlers.dm],
  ['dm.create', 'POST', '/users/@me/dms', createDm],
  ['channel.message', 'GET', '/channels/{}/messages/{}', getMessage],
  ['channel.edit', 'PATCH', '/channels/{}/messages/{}', editMessage],
  ['channel.react', 'PUT', '/channels/{}/messages/{}/reactions/{}/{}', react],
  ['channel.unreact', 'DELETE', '/channels/{}/messages/{}/reactions/{}/{}', react],
  ['guild.message-setting', 'GET', '/guilds/{}/message/setting', getMessageSetting],
  // §5.11
  ['guild.get', 'GET', '/guilds/{}', getGuild],
  ['guild.channels', 'GET', '/guilds/{}/channels', listChannels],
  ['guild.roles', 'GET', '/guilds/{}/roles', listRoles],
  ['channel.get', 'GET', '/channels/{}', getChannel],
]

/** Every route that the platform answers (§5). */
export const ROUTES: readonly Route[] = ROWS.map(([name, method, pattern, handler]) => ({
  name,
  method,
  pattern,
  handler,
}))
