import { listGuilds } from '../../guild/guild-calls.js'
import { getGateway, getGatewayBot, getMe } from '../discovery.js'
import type { Row } from './route.js'

/** Bot and gateway (§3.1, §5.1). */
export const BOT_ROUTES: readonly Row[] = [
  ['gateway.url', 'GET', '/gateway', getGateway],
  ['gateway.bot', 'GET', '/gateway/bot', getGatewayBot],
  ['me.get', 'GET', '/users/@me', getMe],
  ['me.guilds', 'GET', '/users/@me/guilds', listGuilds],
]
