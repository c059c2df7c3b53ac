import { getGateway, getGatewayBot, getMe } from '../../gateway/discovery.js'
import {
  checkHttpSession,
  createHttpSession,
  endHttpSession,
  listHttpSessions,
} from '../../gateway/http-sessions.js'
import { listGuilds } from '../../guild/guild-calls.js'
import type { Row } from './route.js'

/** Bot and gateway (§3.1, §5.1). */
export const botRoutes: readonly Row[] = [
  ['gateway.url', 'GET', '/gateway', getGateway],
  ['gateway.bot', 'GET', '/gateway/bot', getGatewayBot],
  ['http-session.create', 'POST', '/gateway/webhook/sessions', createHttpSession],
  ['http-session.list', 'GET', '/gateway/webhook/sessions', listHttpSessions],
  ['http-session.check', 'PATCH', '/gateway/webhook/sessions/{}', checkHttpSession],
  ['http-session.end', 'DELETE', '/gateway/webhook/sessions/{}', endHttpSession],
  ['me.get', 'GET', '/users/@me', getMe],
  ['me.guilds', 'GET', '/users/@me/guilds', listGuilds],
]
