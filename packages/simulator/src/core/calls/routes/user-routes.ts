import { acknowledge } from '../../events/clicks.js'
import { finishPart, prepareHandlers } from '../../media/chunked.js'
import { uploadHandlers } from '../../media/upload.js'
import { recallHandlers } from '../../messages/recall.js'
import { sendHandlers } from '../../messages/send.js'
import { recallFromUser, sendToUser, streamMessage } from '../../streams/stream-calls.js'
import type { Row } from './route.js'

/** Messages to users and groups, their media, and interactions (§5.2–§5.7). */
export const userRoutes: readonly Row[] = [
  // §5.2, §5.4
  ['c2c.send', 'POST', '/v2/users/{}/messages', sendToUser],
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
  ['c2c.recall', 'DELETE', '/v2/users/{}/messages/{}', recallFromUser],
  ['group.recall', 'DELETE', '/v2/groups/{}/messages/{}', recallHandlers.group],
  // §5.7
  ['interaction.ack', 'PUT', '/interactions/{}', acknowledge],
]
