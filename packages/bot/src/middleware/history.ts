import { type Clock, systemClock } from '@qqkit/core'
import { BoundedMap } from '@qqkit/core/internal'
import * as v from 'valibot'

import { keepsInProcess } from '../common/in-process.js'
import type { Context } from '../context/context.js'
import { keyOfBot, placeOf } from '../context/conversation.js'
import type { MessageContext } from '../context/message-context.js'
import { type Author, keyOfMessage, type Scene } from '../events/message.js'
import { type RecalledMessage, recalledMessage } from '../events/recalled-message.js'
import type { OutgoingMessage } from '../reply/platform-client.js'
import type { Middleware } from '../routing/layers.js'
import { checkMiddlewareOptions, clock as clockSchema, count, duration } from './check.js'
import { type StateStore, StoredValues, storeSchema } from './state-store.js'
import { timedStore } from './timed-store.js'

/** One message of a chat. */
export interface HistoryEntry {
  /** `null` for messages of this bot. */
  readonly author: Author | null
  readonly text: string
  /** Wall time in ms since 1970. */
  readonly at: number
}

/** Options of {@link history}. */
export interface HistoryOptions {
  /** Messages per place; default 20. */
  readonly limit?: number
  /** ms after which a message is left out; default never. */
  readonly maxAge?: number
  /** Places; the longest silent ones are forgotten. Default 1000. */
  readonly maxPlaces?: number
  /** Default: all of them. */
  readonly scenes?: readonly Scene[]
  /**
   * A store for more than one process; default: in memory. With a store, `maxPlaces` has no effect. Several bots can share one:
   * the appid is part of every key.
   */
  readonly store?: StateStore<readonly HistoryRecord[]>
  readonly clock?: Clock
}

/** Middleware with the recent messages of each place. */
export interface ChatHistory extends Middleware<Context> {
  /** The messages before the event in its place, of people and of this bot, oldest first. */
  of(ctx: Context): readonly HistoryEntry[]
  /** Forgets the messages of the event's place. */
  clear(ctx: Context): Promise<void>
}

/** An entry with the key of its event, for a store: plain data. */
export interface HistoryRecord {
  readonly entry: HistoryEntry
  readonly event: string
}

/** Lists are never changed in place, so that nothing has to be copied. */
const inMemory = (maxPlaces: number): StateStore<readonly HistoryRecord[]> => {
  const places = new BoundedMap<readonly HistoryRecord[]>({ limit: maxPlaces })
  return {
    load: (place) => places.get(place),
    save: (place, records) => places.set(place, records),
    remove: (place) => void places.delete(place),
  }
}

const areRecords = (stored: readonly HistoryRecord[]): boolean =>
  Array.isArray(stored) &&
  stored.every(
    (one: Partial<HistoryRecord> | null) =>
      typeof one?.event === 'string' &&
      typeof one.entry?.text === 'string' &&
      typeof one.entry.at === 'number',
  )

const textOf = (message: OutgoingMessage): string =>
  typeof message === 'string' ? message : (message.markdown?.content ?? message.content ?? '')

/**
 * Remembers the last messages of each place, as context for a language model; what people recall in guilds is forgotten. Register it before middleware that drops messages,
 * such as {@link mentionOnly}.
 *
 * @example
 * const recent = history({ limit: 30 })
 * bot.use(recent)
 * bot.on('message', async (ctx) => ctx.reply(await ask(recent.of(ctx), ctx.text)))
 * @throws OptionsError
 */
export const history = (options: HistoryOptions = {}): ChatHistory => {
  checkMiddlewareOptions(
    'history',
    {
      limit: v.optional(count('must be a whole number from 1 up')),
      maxAge: v.optional(duration('must be ms from 1 up')),
      maxPlaces: v.optional(count('must be a whole number from 1 up')),
      scenes: v.optional(v.array(v.picklist(['c2c', 'group', 'channel', 'dm']), 'must be a list of scenes')),
      store: storeSchema,
      clock: clockSchema,
    },
    options,
  )
  const { limit = 20, maxAge = Infinity, maxPlaces = 1000, scenes, clock = systemClock } = options
  const { store } = options
  const places = new StoredValues(store ? timedStore(store, clock) : inMemory(maxPlaces), areRecords)
  /** The history of each event at its arrival. */
  const before = new WeakMap<Context, readonly HistoryEntry[]>()
  /** Messages that were recalled, by place and event: they may still wait for their turn. */
  const recalled = new BoundedMap<true>({ limit: 1000 })

  const recordsOf = (event: string, entries: readonly HistoryEntry[]): readonly HistoryRecord[] =>
    entries.map((entry) => ({ entry, event }))

  const remembers = (ctx: Context): ctx is MessageContext =>
    ctx.event === 'message' && (scenes === undefined || scenes.includes(ctx.scene))

  /** Adds a message, and returns the ones before it. */
  const addMessage = async (ctx: Context, place: string): Promise<readonly HistoryEntry[]> =>
    places.change(
      place,
      (known = []) => {
        // A message can come as two events, and the second may be handled: it is known already, and not part of its own history.
        const others = known.filter(({ event }) => event !== ctx.key)
        const isGone = recalled.get(`${place} ${ctx.key}`) === true
        const isNew = remembers(ctx) && ctx.text !== '' && others.length === known.length && !isGone
        const added = isNew
          ? recordsOf(ctx.key, [{ author: ctx.author, text: ctx.text, at: ctx.sentAt ?? clock.wall() }])
          : null
        return {
          save: added ? [...known, ...added].slice(-limit) : undefined,
          result: others.map(({ entry }) => entry),
        }
      },
      ctx,
    )

  /** Forgets what a person wrote and has recalled. */
  const forget = async (
    { target: { scene }, id }: RecalledMessage,
    place: string,
    ctx: Context,
  ): Promise<void> => {
    const key = keyOfMessage(scene, id)
    recalled.set(`${place} ${key}`, true)
    await places.change(
      place,
      (known = []) => {
        const kept = known.filter(({ entry, event }) => entry.author === null || event !== key)
        return { save: kept.length < known.length ? kept : undefined, result: undefined }
      },
      ctx,
    )
  }

  /** Adds the messages of the bot. */
  const addReplies = async (ctx: Context, place: string): Promise<void> => {
    if (scenes !== undefined && !(ctx.target && scenes.includes(ctx.target.scene))) return
    const texts = ctx.sent.map(textOf).filter((text) => text !== '')
    if (texts.length === 0) return
    const replies = texts.map((text) => ({ author: null, text, at: clock.wall() }))
    await places.change(
      place,
      (known = []) => ({
        save: [...known, ...recordsOf(ctx.key, replies)].slice(-limit),
        result: null,
      }),
      ctx,
    )
  }

  const run: Middleware<Context> = async (ctx, next) => {
    const where = placeOf(ctx)
    if (where === null) return next()
    const place = keyOfBot(ctx, `history:${where}`)
    const gone = recalledMessage(ctx)
    if (gone) await forget(gone, place, ctx)
    before.set(ctx, await addMessage(ctx, place))
    try {
      await next()
    } catch (error) {
      // An error of the store must not hide the error of the handler.
      await addReplies(ctx, place).catch(() => {})
      throw error
    }
    await addReplies(ctx, place)
  }
  if (options.store === undefined) keepsInProcess(run, 'history')
  return Object.assign(run, {
    of: (ctx: Context) => (before.get(ctx) ?? []).filter(({ at }) => clock.wall() - at < maxAge),
    clear: async (ctx: Context) => {
      const where = placeOf(ctx)
      if (where !== null)
        await places.change(keyOfBot(ctx, `history:${where}`), () => ({ save: null, result: undefined }), ctx)
    },
  })
}
