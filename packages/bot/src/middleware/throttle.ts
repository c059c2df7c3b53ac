import { type Clock, systemClock } from '@qqkit/core'
import { BoundedMap } from '@qqkit/core/internal'
import * as v from 'valibot'

import { requireSync } from '../common/require-sync.js'
import type { Context } from '../context/context.js'
import { keyOfBot, placeOf, senderOf } from '../context/conversation.js'
import { withReplyKind } from '../reply/reply-kind.js'
import type { Middleware } from '../routing/layers.js'
import { checkMiddlewareOptions, clock as clockSchema, count, duration, fn } from './check.js'
import { type StateStore, StoredValues, storeSchema } from './state-store.js'

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
  /**
   * Where it is counted, for more than one process; default: in this one. Rows are worthless after `window`, so that its values
   * may expire then. Several bots can share one: the appid is in every key.
   */
  readonly store?: StateStore<ThrottleRow>
  readonly clock?: Clock
}

const KEYS: Readonly<Record<ThrottleBy, (ctx: Context) => string | null>> = {
  sender: senderOf,
  place: placeOf,
  global: () => '',
}

const counts = ({ event }: Context): boolean => event === 'message' || event === 'interaction'

/** The last events of one key, and whether it was told, as a store keeps them: plain data. */
export interface ThrottleRow {
  /** When each passed, in ms, oldest first. A message can come as two events, and pass twice: it is counted once. */
  readonly passed: readonly (readonly [event: string, at: number])[]
  readonly told: boolean
}

const NEW: ThrottleRow = Object.freeze({ passed: [], told: false })

const inMemory = (maxKeys: number): StateStore<ThrottleRow> => {
  const rows = new BoundedMap<ThrottleRow>({ limit: maxKeys })
  return {
    load: (key) => rows.get(key),
    save: (key, row) => rows.set(key, row),
    remove: (key) => void rows.delete(key),
  }
}

/** What becomes of one event: it passes, is too much, or is the first of a row that is, of which somebody is told. */
type Verdict =
  | { readonly kind: 'pass' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'tell'; readonly retryAfter: number }

/**
 * Lets only so many messages and interactions through. Register it before what it protects.
 *
 * @example
 * bot.use(throttle({ limit: 5, window: 60_000, onLimit: (ctx) => ctx.reply('Slowly, please.') }))
 * @throws OptionsError
 */
export const throttle = (options: ThrottleOptions): Middleware<Context> => {
  checkMiddlewareOptions(
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
      store: storeSchema,
      clock: clockSchema,
    },
    options,
  )
  const { limit, window, by = 'sender', onLimit, maxKeys = 10_000, clock = systemClock } = options
  const keyOf = typeof by === 'function' ? by : KEYS[by]
  const rows = new StoredValues(options.store ?? inMemory(maxKeys))
  // Processes have nothing in common but the time of day.
  const time = (): number => (options.store ? clock.wall() : clock.now())

  const judge = async (event: string, key: string): Promise<Verdict> =>
    rows.change<Verdict>(key, (row = NEW) => {
      const now = time()
      const passed = row.passed.filter(([, at]) => at > now - window)
      if (passed.some(([one]) => one === event)) return { save: undefined, result: { kind: 'pass' } }
      if (passed.length < limit)
        return { save: { passed: [...passed, [event, now]], told: false }, result: { kind: 'pass' } }
      // Once a row: an answer to each would be as much of a flood as what it answers.
      if (row.told) return { save: undefined, result: { kind: 'drop' } }
      const [, oldest = now] = passed[0] ?? []
      return {
        save: { passed, told: true },
        result: { kind: 'tell', retryAfter: oldest + window - now },
      }
    })

  return async (ctx, next) => {
    const counted = counts(ctx) ? requireSync(keyOf(ctx), 'by') : null
    if (counted === null) return next()
    // Rules that count differently must not share a row.
    const verdict = await judge(ctx.key, keyOfBot(ctx, `throttle:${limit}/${window}:${counted}`))
    if (verdict.kind === 'pass') return next()
    if (verdict.kind !== 'tell') return
    const { retryAfter } = verdict
    // Another process, or life, may have counted otherwise.
    await withReplyKind(ctx, 'notice', async () => onLimit?.(ctx, { retryAfter }))
  }
}
