import type { Bot } from '../bot/state.js'
import { type Answer, empty, ok, refuse } from '../http/answers.js'
import type { CallContext, Handler } from '../http/call-context.js'
import { putBounded } from '../kernel/bounded-map.js'
import { drawUuid } from '../kernel/random.js'
import { timestampText } from '../kernel/time.js'
import type { GatewayWorld, HttpSession } from './state.js'

// None of these bodies was ever documented (§5.1): these fields are the fewest that name a session.
const shown = ({ id, bot, checkedAt }: HttpSession): Readonly<Record<string, unknown>> => ({
  session_id: id,
  app_id: bot,
  state: 'active',
  last_heartbeat_time: timestampText(checkedAt),
})

const keep = (world: GatewayWorld, session: HttpSession): HttpSession => {
  putBounded(world.httpSessions, session.id, session, world.settings.memory)
  return session
}

/** `POST /gateway/webhook/sessions`: answers like READY (§3.3). Such sessions get no events; webhooks replaced them. */
export const createHttpSession: Handler<GatewayWorld> = (world, { bot }) => {
  const session = keep(world, { id: drawUuid(world.random), bot: bot.appId, checkedAt: world.now })
  return ok({
    version: 1,
    session_id: session.id,
    user: { id: bot.userId, username: bot.name, bot: true },
    shard: [0, 1],
  })
}

const ofBot = (world: GatewayWorld, { appId }: Bot): readonly HttpSession[] =>
  [...world.httpSessions.values()].filter((session) => session.bot === appId)

/** `GET /gateway/webhook/sessions` (§5.1). */
export const listHttpSessions: Handler<GatewayWorld> = (world, { bot }) => ok(ofBot(world, bot).map(shown))

const onSession =
  (
    handler: (world: GatewayWorld, context: CallContext, session: HttpSession) => Answer,
  ): Handler<GatewayWorld> =>
  (world, context) => {
    const session = world.httpSessions.get(context.params[0] ?? '')
    return session?.bot === context.bot.appId ? handler(world, context, session) : refuse(world, 12001)
  }

/** `PATCH /gateway/webhook/sessions/{}?action=check` (§5.1). */
export const checkHttpSession: Handler<GatewayWorld> = onSession((world, { query }, session) =>
  query.get('action') === 'check'
    ? ok(shown(keep(world, { ...session, checkedAt: world.now })))
    : refuse(world, 12002),
)

/** `DELETE /gateway/webhook/sessions/{}` (§5.1). */
export const endHttpSession: Handler<GatewayWorld> = onSession((world, _context, session) => {
  world.httpSessions.delete(session.id)
  return empty(204)
})
