import type { RateLimitedRoute } from '@qqkit/protocol'

import { routeShape } from '../http/route-path.js'

/** Route classes of §2.6, by method and path with unnamed placeholders. */
const CLASSES: Readonly<Record<string, RateLimitedRoute>> = Object.freeze({
  'POST /v2/users/{}/messages': 'c2c.messages',
  'POST /v2/groups/{}/messages': 'group.messages',
  'POST /channels/{}/messages': 'channel.messages',
  'POST /v2/users/{}/stream_messages': 'c2c.stream',
  'POST /v2/users/{}/files': 'files',
  'POST /v2/groups/{}/files': 'files',
  'POST /v2/users/{}/upload_prepare': 'upload.prepare',
  'POST /v2/groups/{}/upload_prepare': 'upload.prepare',
  'POST /v2/users/{}/upload_part_finish': 'upload.part',
  'POST /v2/groups/{}/upload_part_finish': 'upload.part',
  'DELETE /v2/users/{}/messages/{}': 'c2c.recall',
  'DELETE /v2/groups/{}/messages/{}': 'group.recall',
  'PUT /interactions/{}': 'interactions',
  'GET /users/@me': 'me',
  'POST /v2/generate_url_link': 'share.link',
  'GET /v2/menu': 'menu.read',
  'PUT /v2/menu': 'menu.write',
  'PUT /v2/panels/{}/target': 'panels.target',
  'GET /v2/groups/{}/info': 'group.info',
  'GET /v2/groups/{}/bot_state': 'group.bot_state',
  'GET /v2/groups/{}/join_request_list': 'group.join_requests',
  'GET /v2/groups/{}/members/{}': 'group.member',
  'GET /v2/groups/{}/members': 'group.members',
  'GET /v2/groups/{}/member_blacklist': 'group.blacklist.read',
  'POST /v2/groups/{}/member_blacklist': 'group.blacklist.write',
  'GET /v2/groups/{}/restrict_chat_setting': 'group.mute.read',
  'POST /v2/groups/{}/restrict_chat_setting': 'group.mute.write',
  'POST /v2/groups/{}/batch_remove_members': 'group.remove_members',
  'POST /v2/groups/{}/approval_join_request/{}': 'group.approval',
  // Ten a day per admin, which is the bot (§2.6). The limit of a hundred per guild cannot be reached with it.
  'POST /channels/{}/schedules': 'schedules.admin',
  'POST /guilds/{}/api_permission/demand': 'api_permission.demand',
})

/** The class of a route. A route without a documented limit has its own class. */
export const routeClassOf = (method: string, route: string): string => {
  const shape = `${method} ${routeShape(route)}`
  const known = CLASSES[shape]
  if (known) return known
  if (shape.includes(' /v2/panels')) return method === 'GET' ? 'panels.read' : 'panels.write'
  return shape.includes(' /v2/groups/join_approval_strategy') ? 'group.approval_strategy' : shape
}
