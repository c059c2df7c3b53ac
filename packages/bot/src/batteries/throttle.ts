import { systemClock, type Clock } from '@qqkit/core'
import * as v from 'valibot'

import type { Middleware } from '../compose/middleware.js'
import type { Context } from '../context/context.js'
import { keyOfBot, placeOf, senderOf } from '../context/whereabouts.js'
import { checkBattery, clock as clockSchema, count, duration, fn } from './check.js'
import { RecentMap } from './recent-map.js'

/** Whose events are counted together. */
export type ThrottleBy = 'sender' | 'place' | 'global'

/** How {@link throttle} counts. */
export interface ThrottleOptions {
  /** Messages and interactions that pass within `window`. */
  readonly limit: number
  /** ms */
  readonly window: number
  /** Whose are counted together: each person's (default), each group's or channel's, all; or a key of your own, `null` to let pass. */
  readonly by?: ThrottleBy | ((ctx: Context) => string | null)
  /** Told of the first event of a row that is too much, with ms until one passes again. Default: nothing, the event is dropped. */
  readonly onLimit?: (ctx: Context, info: { readonly retryAfter: number }) => unknown
  /** Keys that are remembered; default 10 000. */
  readonly maxKeys?: number
  readonly clock?: Clock
}

const KEYS: Readonly<Record<ThrottleBy, (ctx: Context) => string | null>> = {
  sender: senderOf,
  place: placeOf,
  global: () => '',
}

const counts = ({ event }: Context): boolean => event === 'message' || event === 'interaction'

/** The last events of one key, and whether it was told. */
interface Row {
  /** When each passed, oldest first. A message can come as two events, and pass twice: it is counted once. */
  readonly passed: Map<string, number>
  told: boolean
}

/**
 * Lets only so many messages and interactions through. Register it before what it protects.
 *
 * @example
 * bot.use(throttle({ limit: 5, window: 60_000, onLimit: (ctx) => ctx.reply('Slowly, please.') }))
 * @throws OptionsError
 */
export const throttle = (options: ThrottleOptions): Middleware<Context> => {
  checkBattery(
    'throttle',
    {
      limit: count('must be how many may pass, a whole number from 1 up'),
      window: duration('must be ms from 1 up'),
      by: v.optional(
        v.union(
          [v.picklist(['sender', 'place', 'global']), fn('must be a function')],
          'must be "sender", "place", "global" or a function that gives a key',
        ),
      ),
      onLimit: v.optional(fn('must be a function')),
      maxKeys: v.optional(count('must be a whole number from 1 up')),
      clock: clockSchema,
    },
    options,
  )
  const { limit, window, by = 'sender', onLimit, maxKeys = 10_000, clock = systemClock } = options
  const keyOf = typeof by === 'function' ? by : KEYS[by]
  const rows = new RecentMap<Row>(maxKeys)
  return async (ctx, next) => {
    const counted = counts(ctx) ? keyOf(ctx) : null
    if (counted === null) return next()
    const key = keyOfBot(ctx, counted)
    const row = rows.get(key) ?? { passed: new Map<string, number>(), told: false }
    const { passed } = row
    rows.set(key, row)
    const now = clock.now()
    for (const [event, at] of passed) {
      if (at > now - window) break
      passed.delete(event)
    }
    if (passed.has(ctx.key)) return next()
    if (passed.size < limit) {
      passed.set(ctx.key, now)
      row.told = false
      return next()
    }
    const [oldest = now] = passed.values()
    // Once a row: an answer to each would be as much of a flood as what it answers.
    if (row.told) return
    row.told = true
    await onLimit?.(ctx, { retryAfter: oldest + window - now })
  }
}
