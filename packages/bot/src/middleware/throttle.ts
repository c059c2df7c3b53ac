import { type Clock, systemClock } from '@qqkit/core'
import { BoundedMap } from '@qqkit/core/internal'
import * as v from 'valibot'

import { keepsInProcess } from '../common/in-process.js'
import { requireSync } from '../common/require-sync.js'
import type { Context } from '../context/context.js'
import { keyOfBot, placeOf, senderOf } from '../context/conversation.js'
import { withReplyKind } from '../reply/reply-kind.js'
import type { Middleware } from '../routing/layers.js'
import { checkMiddlewareOptions, clock as clockSchema, count, duration, fn, orReply } from './check.js'
import { type StateStore, StoredValues, storeSchema } from './state-store.js'
import { timedStore } from './timed-store.js'
import { sayTo } from './texts.js'

/** The events that are counted together. */
export type ThrottleBy = 'sender' | 'place' | 'global'

/** Options of {@link throttle}. */
export interface ThrottleOptions {
  /** Messages and interactions that pass within `window`. */
  readonly limit: number
  /** ms */
  readonly window: number
  /** Counts per person (default), per place, or all together; or by a key of your own, `null` for no limit. */
  readonly by?: ThrottleBy | ((ctx: Context) => string | null)
  /**
   * Called for the first event beyond the limit, with ms until one passes again; `'reply'` says so, in the words of the bot
   * (`texts.limited`). Default: the event is dropped silently.
   */
  readonly onLimit?: 'reply' | ((ctx: Context, info: { readonly retryAfter: number }) => unknown)
  /** Keys that are remembered; default 10 000. */
  readonly maxKeys?: number
  /**
   * A store for more than one process; default: in memory. Its values may expire after `window`. Several bots can share one: the
   * appid is part of every key.
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

/** The last events of one key, and whether `onLimit` was called, for a store: plain data. */
export interface ThrottleRow {
  /** When each event passed, in ms, oldest first. A message that comes as two events is counted once. */
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

const isRow = ({ passed }: Partial<ThrottleRow>): boolean =>
  Array.isArray(passed) &&
  passed.every(
    (one: unknown) => Array.isArray(one) && typeof one[0] === 'string' && typeof one[1] === 'number',
  )

/** The decision on one event: it passes, is dropped, or is the first beyond the limit, for which `onLimit` is called. */
type Verdict =
  | { readonly kind: 'pass' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'notify'; readonly retryAfter: number }

/**
 * Limits messages and interactions within a time. Register it before the handlers that it protects.
 *
 * @example
 * bot.use(throttle({ limit: 5, window: 60_000, onLimit: 'reply' }))
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
      onLimit: v.optional(orReply),
      maxKeys: v.optional(count('must be a whole number from 1 up')),
      store: storeSchema,
      clock: clockSchema,
    },
    options,
  )
  const { limit, window, by = 'sender', onLimit, maxKeys = 10_000, clock = systemClock } = options
  const keyOf = typeof by === 'function' ? by : KEYS[by]
  const { store } = options
  const rows = new StoredValues(store ? timedStore(store, clock) : inMemory(maxKeys), isRow)
  // Processes share only the wall clock.
  const time = (): number => (options.store ? clock.wall() : clock.now())

  const judge = async (ctx: Context, key: string): Promise<Verdict> =>
    rows.change<Verdict>(
      key,
      (row = NEW) => {
        const now = time()
        const passed = row.passed.filter(([, at]) => at > now - window)
        if (passed.some(([one]) => one === ctx.key)) return { save: undefined, result: { kind: 'pass' } }
        if (passed.length < limit)
          return { save: { passed: [...passed, [ctx.key, now]], told: false }, result: { kind: 'pass' } }
        // Once until an event passes again: a reply to each would be a flood too.
        if (row.told) return { save: undefined, result: { kind: 'drop' } }
        const [, oldest = now] = passed[0] ?? []
        return {
          save: { passed, told: true },
          result: { kind: 'notify', retryAfter: Math.ceil(oldest + window - now) },
        }
      },
      ctx,
    )

  const run: Middleware<Context> = async (ctx, next) => {
    const counted = counts(ctx) ? requireSync(keyOf(ctx), 'by') : null
    if (counted === null) return next()
    // Limits that count differently must not share a row.
    const verdict = await judge(ctx, keyOfBot(ctx, `throttle:${limit}/${window}:${counted}`))
    if (verdict.kind === 'pass') return next()
    if (verdict.kind !== 'notify') return
    const { retryAfter } = verdict
    // Another process, or the next run, may count differently.
    await withReplyKind(ctx, 'notice', async () =>
      onLimit === 'reply' ? sayTo(ctx, 'limited', { retryAfter }) : onLimit?.(ctx, { retryAfter }),
    )
  }
  return options.store === undefined ? keepsInProcess(run, 'throttle') : run
}
