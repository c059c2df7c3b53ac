import { empty, refuse } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { later, record } from '../kernel/kernel.js'
import { drop } from '../kernel/timer-heap.js'
import { INTERACTION_WINDOW } from '../rules/limits.js'
import type { ClickOutcome, EventsWorld, Interaction } from './state.js'

/** The text that people see when no acknowledgement came (§5.7). */
const FAILED = '请求第三方失败'

/** The types of interaction that must be acknowledged: message buttons and quick menus (§4.5). */
const acknowledgedTypes: ReadonlySet<number> = new Set([11, 12])

/**
 * Starts the wait for an acknowledgement; one exactly at the end of the window still counts. Other types wait for none.
 */
export const waitForCode = (world: EventsWorld, interaction: string, type: number): ClickOutcome => ({
  kind: 'waiting',
  miss: acknowledgedTypes.has(type)
    ? later(world, INTERACTION_WINDOW + 1, { kind: 'miss-click', interaction })
    : null,
})

/** A code of §5.7, 0 to 5, or `null`. */
export const codeIn = (value: unknown): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 5 ? value : null

const recordOutcome = (
  world: EventsWorld,
  { id, bot, at }: Interaction,
  what: {
    readonly code: number | null
    readonly by: 'call' | 'answer' | null
    readonly shown: string | null
  },
): void => record(world, { kind: 'interaction', bot, id, ms: world.now - at, ...what })

/** Acknowledges a click. `false` when the window is over or the click was acknowledged before. */
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
  recordOutcome(world, interaction, { code, by, shown: null })
  return true
}

/** The window has ended without an acknowledgement: people see a failure. */
export const expireClick = (world: EventsWorld, id: string): void => {
  const interaction = world.interactions.get(id)
  if (interaction?.outcome.kind !== 'waiting') return
  interaction.outcome = { kind: 'failed' }
  recordOutcome(world, interaction, { code: null, by: null, shown: FAILED })
}

/** `PUT /interactions/{id}`: one answer per id, within about 3 s, empty body (§5.7). */
export const acknowledge: Handler<EventsWorld> = (world, { bot, params, body, request }) => {
  const interaction = world.interactions.get(params[0] ?? '')
  const code = codeIn(body['code'] ?? 0)
  if (!interaction || interaction.bot !== bot.appId) return refuse(world, 630001)
  if (code === null) return refuse(world, 630001)
  // CONFLICT: only some clients send the header. A header of another bot is refused.
  const named = request.headers['x-callback-appid'] ?? request.headers['x-union-appid']
  if (named !== undefined && named !== bot.appId) return refuse(world, 630003)
  // With a webhook the answer to the push carries the code; this call is accepted without effect (§7.7).
  if (interaction.over === 'webhook' && world.live.webhookPut === 'ignore')
    return { ...empty(200), executed: false }
  // The code for a second or late acknowledgement is not documented.
  return acknowledgeClick(world, interaction, code, 'call') ? empty(200) : refuse(world, 630001)
}
