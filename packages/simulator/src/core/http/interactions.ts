import { INTERACTION_WINDOW } from '../rules/limits.js'
import { record } from '../world.js'
import { empty, refuse } from './answers.js'
import type { Handler } from './call-context.js'

/** `PUT /interactions/{id}`: one answer per id, within about 3 s, empty body (§5.7). */
export const acknowledge: Handler = (world, { bot, params, body, request }) => {
  const interaction = world.interactions.get(params[0] ?? '')
  const code = body['code'] ?? 0
  if (!interaction || interaction.bot !== bot.appId) return refuse(world, 630001)
  if (typeof code !== 'number' || !Number.isInteger(code) || code < 0 || code > 5)
    return refuse(world, 630001)
  // CONFLICT: some clients send the header, others not. Only a header of another bot is refused.
  const named = request.headers['x-callback-appid'] ?? request.headers['x-union-appid']
  if (named !== undefined && named !== bot.appId) return refuse(world, 630003)
  // Which code a second or late answer gets is not documented.
  if (interaction.answer !== null || world.now - interaction.at > INTERACTION_WINDOW)
    return refuse(world, 630001)
  interaction.answer = code
  record(world, { kind: 'interaction', bot: bot.appId, id: interaction.id, code })
  return empty(200)
}
