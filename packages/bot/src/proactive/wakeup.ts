import { wakeupPeriodDays } from '@qqkit/protocol'
import { RestError, type SendResult } from '@qqkit/rest'

import type { Bot } from '../bot.js'
import type { Target } from '../events/message.js'
import type { OutgoingMessage } from '../reply/platform-client.js'
import { renderForTarget } from '../reply/render-for-target.js'
import { checkOutgoing, checkTarget, factsOf, ProactiveError } from './errors.js'
import { KnownPlaces, type Place, type Places } from './places.js'

/** The result of a wake-up message. */
export type WakeupResult =
  /** It was sent. `next`: the wall time in ms at which the next period begins, if the user stays silent; `null` after the last one. */
  | { readonly kind: 'sent'; readonly result: SendResult; readonly next: number | null }
  /** Nothing was sent: the message of this period is used up. */
  | { readonly kind: 'used'; readonly next: number | null }
  /** Nothing was sent: the user has been silent for 30 days, or for longer. */
  | { readonly kind: 'over' }

/** Options of {@link wakeup}. */
export interface WakeupOptions {
  /** The places of `rememberPlaces(bot)`, which know when the user last wrote. */
  readonly places: Places
}

const DAY = 86_400_000

/** The period of a time after the user's last message, in ms; `null` after the last period (§6.4). */
const periodAt = (silence: number): readonly [from: number, to: number] | null =>
  wakeupPeriodDays.find(([from, to]) => silence >= from * DAY && silence < to * DAY) ?? null

/** The state of a user's periods. */
export type WakeupState =
  | { readonly kind: 'open' | 'used'; readonly next: number | null }
  | { readonly kind: 'over' }

/** Whether a user may be woken now, by the times of the last message and of the last wake-up message. */
export const wakeupState = (
  { heardAt, wokenAt }: { readonly heardAt: number; readonly wokenAt: number | null },
  now: number,
): WakeupState => {
  const period = periodAt(Math.max(0, now - heardAt))
  if (!period) return { kind: 'over' }
  const [, end] = period
  const isLast = wakeupPeriodDays.at(-1) === period
  const used = wokenAt !== null && wokenAt >= heardAt && periodAt(wokenAt - heardAt) === period
  return { kind: used ? 'used' : 'open', next: isLast ? null : heardAt + end * DAY }
}

/** The platform says that the message of the period is used up (§2.8). */
const USED_UP = 40_034_122

/**
 * Sends a wake-up message to a user who has been silent: one is allowed on the day of the user's last message, one in days 1–3, one in
 * days 3–7, and one in days 7–30 after it
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-4 §6.4}). A message whose outcome is unknown
 * counts as sent. Long text is not cut, since a second message would be refused.
 *
 * @example
 * const { kind } = await wakeup(bot, userOpenid, 'Your tea is still warm.', { places })
 * @param user the openid of a user, or the target of a private chat
 * @throws ProactiveError `not_heard`, `no_places`, `no_message`, `bad_target`, `no_bot`; the errors of `rest.send`
 */
export const wakeup = async (
  bot: Bot,
  user: string | Target<'c2c'>,
  message: OutgoingMessage,
  options: WakeupOptions,
): Promise<WakeupResult> => {
  const facts = factsOf(bot)
  const { places, ...others } = options ?? {}
  if (!(places instanceof KnownPlaces) || !places.isOf(facts) || Object.keys(others).length > 0)
    throw new ProactiveError('no_places')
  checkOutgoing(message)
  const target = checkTarget(typeof user === 'string' ? { scene: 'c2c', id: user } : user)
  if (target.scene !== 'c2c') throw new ProactiveError('bad_target', target.scene)
  const now = facts.clock.wall()
  // Noted before it is sent, so that two calls at the same time send one message.
  const before = await places.change(target, (known) =>
    known && stateOf(known, now)?.kind === 'open' ? { ...known, wokenAt: now } : undefined,
  )
  const state = before && stateOf(before, now)
  if (!state) throw new ProactiveError('not_heard', target.id)
  if (state.kind !== 'open') return state as WakeupResult
  const { next } = state
  const rendered = renderForTarget(message, target)
  const wire = typeof rendered === 'string' ? { content: rendered } : rendered
  try {
    // Checked by the client, like any message.
    const result = await bot.rest.send(target, { ...wire, is_wakeup: true })
    return { kind: 'sent', result, next }
  } catch (error) {
    if (RestError.is(error) && error.errCode === USED_UP) return { kind: 'used', next }
    if (!RestError.is(error) || error.delivered === 'no')
      await places.change(target, (known) =>
        known?.wokenAt === now ? { ...known, wokenAt: before?.wokenAt ?? null } : undefined,
      )
    throw error
  }
}

const stateOf = ({ heardAt, wokenAt }: Place, now: number): WakeupState | null =>
  heardAt === null ? null : wakeupState({ heardAt, wokenAt }, now)
