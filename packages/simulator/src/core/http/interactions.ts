import { acknowledgeClick, codeIn } from '../people/clicks.js'
import { empty, refuse } from './answers.js'
import type { Handler } from './call-context.js'

/** `PUT /interactions/{id}`: one answer per id, within about 3 s, empty body (§5.7). */
export const acknowledge: Handler = (world, { bot, params, body, request }) => {
  const interaction = world.interactions.get(params[0] ?? '')
  const code = codeIn(body['code'] ?? 0)
  if (!interaction || interaction.bot !== bot.appId) return refuse(world, 630001)
  if (code === null) return refuse(world, 630001)
  // CONFLICT: some clients send the header, others not. Only a header of another bot is refused.
  const named = request.headers['x-callback-appid'] ?? request.headers['x-union-appid']
  if (named !== undefined && named !== bot.appId) return refuse(world, 630003)
  // Over the webhook the code stands in the answer to the push; this call is taken and changes nothing (§7.7).
  if (interaction.over === 'webhook' && world.live.webhookPut === 'ignore')
    return { ...empty(200), executed: false }
  // Which code a second or late answer gets is not documented.
  return acknowledgeClick(world, interaction, code, 'call') ? empty(200) : refuse(world, 630001)
}
