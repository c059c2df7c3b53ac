import { empty, refuse } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { later, record } from '../kernel/kernel.js'
import { drop } from '../kernel/timer-heap.js'
import { INTERACTION_WINDOW } from '../rules/limits.js'
import type { ClickOutcome, EventsWorld, Interaction } from './state.js'

/** What people see of a click that nobody acknowledged (§5.7). */
const FAILED = '请求第三方失败'

/** The types of interaction that must be acknowledged: message buttons and quick menus (§4.5). */
const acknowledgedTypes: ReadonlySet<number> = new Set([11, 12])

/** A click waits: still in time at the end of the window, too late after it. Other types wait for nothing. */
export const waitForCode = (world: EventsWorld, interaction: string, type: number): ClickOutcome => ({
  kind: 'waiting',
  miss: acknowledgedTypes.has(type)
    ? later(world, INTERACTION_WINDOW + 1, { kind: 'miss-click', interaction })
    : null,
})

/** A code of §5.7, 0 to 5, or `null`. */
export const codeIn = (value: unknown): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 5 ? value : null

const tell = (
  world: EventsWorld,
  { id, bot, at }: Interaction,
  what: {
    readonly code: number | null
    readonly by: 'call' | 'answer' | null
    readonly shown: string | null
  },
): void => record(world, { kind: 'interaction', bot, id, ms: world.now - at, ...what })

/** The bot acknowledges a click. `false` when it is too late, or the second time. */
export const acknowledgeClick = (
  world: EventsWorld,
  interaction: Interaction,
  code: number,
  by: 'call' | 'answer',
): boolean => {
  const late = world.now - interaction.at > INTERACTION_WINDOW
  if (interaction.outcome.kind !== 'waiting' || late) return false
  if (interaction.outcome.miss) drop(interaction.outcome.miss)
  interaction.outcome = { kind: 'acknowledged', code }
  tell(world, interaction, { code, by, shown: null })
  return true
}

/** Nobody acknowledged the click in time: people see a failure. */
export const expireClick = (world: EventsWorld, id: string): void => {
  const interaction = world.interactions.get(id)
  if (interaction?.outcome.kind !== 'waiting') return
  interaction.outcome = { kind: 'failed' }
  tell(world, interaction, { code: null, by: null, shown: FAILED })
}

/** `PUT /interactions/{id}`: one answer per id, within about 3 s, empty body (§5.7). */
export const acknowledge: Handler<EventsWorld> = (world, { bot, params, body, request }) => {
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
