import { recallHandlers } from '../messages/recall.js'
import { sendHandlers } from '../messages/send.js'
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

/** Every route that the platform answers (§5). */
export const ROUTES: readonly Route[] = [
  { method: 'GET', pattern: '/gateway', name: 'gateway.url', handler: getGateway },
  { method: 'GET', pattern: '/gateway/bot', name: 'gateway.bot', handler: getGatewayBot },
  { method: 'GET', pattern: '/users/@me', name: 'me.get', handler: getMe },
  { method: 'POST', pattern: '/v2/users/{}/messages', name: 'c2c.send', handler: sendHandlers.c2c },
  { method: 'POST', pattern: '/v2/groups/{}/messages', name: 'group.send', handler: sendHandlers.group },
  { method: 'POST', pattern: '/channels/{}/messages', name: 'channel.send', handler: sendHandlers.channel },
  { method: 'POST', pattern: '/dms/{}/messages', name: 'dm.send', handler: sendHandlers.dm },
  {
    method: 'DELETE',
    pattern: '/v2/users/{}/messages/{}',
    name: 'c2c.recall',
    handler: recallHandlers.c2c,
  },
  {
    method: 'DELETE',
    pattern: '/v2/groups/{}/messages/{}',
    name: 'group.recall',
    handler: recallHandlers.group,
  },
  {
    method: 'DELETE',
    pattern: '/channels/{}/messages/{}',
    name: 'channel.recall',
    handler: recallHandlers.channel,
  },
  { method: 'DELETE', pattern: '/dms/{}/messages/{}', name: 'dm.recall', handler: recallHandlers.dm },
  { method: 'PUT', pattern: '/interactions/{}', name: 'interaction.ack', handler: acknowledge },
]
