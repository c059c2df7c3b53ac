import { ok } from '../http/answers.js'
import { baseFor } from '../http/base-url.js'
import type { Handler } from '../http/call-context.js'
import { refreshStarts } from './identify.js'
import type { GatewayWorld } from './state.js'

/** `GET /gateway` (§3.1). */
export const getGateway: Handler<GatewayWorld> = (world, { request }) =>
  ok({ url: `${baseFor(world, request).ws}/websocket` })

/** `GET /gateway/bot` (§3.1). `reset_after` is in ms. */
export const getGatewayBot: Handler<GatewayWorld> = (world, { bot, request }) => {
  refreshStarts(world, bot)
  const { total, maxConcurrency } = world.settings.sessionStarts
  return ok({
    url: `${baseFor(world, request).ws}/websocket`,
    shards: world.settings.shards,
    session_start_limit: {
      total,
      remaining: Math.max(0, total - bot.starts.used),
      reset_after: Math.max(0, Math.round(bot.starts.resetsAt - world.now)),
      max_concurrency: maxConcurrency,
    },
  })
}

/** `GET /users/@me` (§5.1). */
export const getMe: Handler<GatewayWorld> = (_world, { bot }) =>
  ok({ id: bot.userId, username: bot.name, avatar: 'https://example.test/bot.png', bot: true })
