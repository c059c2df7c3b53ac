import { type Clock, systemClock } from '@qqkit/core'
import { BoundedMap } from '@qqkit/core/internal'
import * as v from 'valibot'

import type { Context } from '../context/context.js'
import { keyOfBot, placeOf } from '../context/conversation.js'
import type { MessageContext } from '../context/message-context.js'
import type { Author, Scene } from '../events/message.js'
import type { OutgoingMessage } from '../reply/platform-client.js'
import type { Middleware } from '../routing/layers.js'
import { checkMiddlewareOptions, clock as clockSchema, count, duration } from './check.js'
import { type StateStore, StoredValues, storeSchema } from './state-store.js'

/** Something that was said. */
export interface HistoryEntry {
  /** `null` for what this bot said. */
  readonly author: Author | null
  readonly text: string
  /** Wall time in ms since 1970. */
  readonly at: number
}

/** How much {@link history} remembers. */
export interface HistoryOptions {
  /** Messages per place; default 20. */
  readonly limit?: number
  /** ms after which a message is left out; default never. */
  readonly maxAge?: number
  /** Places; those silent for longest are forgotten. Default 1000. */
  readonly maxPlaces?: number
  /** Default: all of them. */
  readonly scenes?: readonly Scene[]
  /**
   * Where it is kept, for more than one process; default: in this one. Then `maxPlaces` is the store's affair. Several bots can
   * share one: the appid is in every key.
   */
  readonly store?: StateStore<readonly HistoryRecord[]>
  readonly clock?: Clock
}

/** A middleware that knows what was said before. */
export interface ChatHistory extends Middleware<Context> {
  /** What was said where the event took place, before it, oldest first: people and this bot. */
  of(ctx: Context): readonly HistoryEntry[]
}

/** An entry with the event that it belongs to, as a store keeps it: plain data. */
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

const textOf = (message: OutgoingMessage): string =>
  typeof message === 'string' ? message : (message.markdown?.content ?? message.content ?? '')

/**
 * Remembers what was said last in each place, for language models that should know what people talk about. Register it
 * before what keeps messages from the handlers, such as {@link mentionOnly}.
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
  const places = new StoredValues(options.store ?? inMemory(maxPlaces))
  /** What each event found when it came. */
  const before = new WeakMap<Context, readonly HistoryEntry[]>()

  const recordsOf = (event: string, entries: readonly HistoryEntry[]): readonly HistoryRecord[] =>
    entries.map((entry) => ({ entry, event }))

  const remembers = (ctx: Context): ctx is MessageContext =>
    ctx.event === 'message' && (scenes === undefined || scenes.includes(ctx.scene))

  /** Notes a message, and gives what was there before. */
  const hear = async (ctx: Context, place: string): Promise<readonly HistoryEntry[]> =>
    places.change(place, (known = []) => {
      // A message can come as two events, of which the second is handled: it was heard already, and is not its own past.
      const others = known.filter(({ event }) => event !== ctx.key)
      const isNew = remembers(ctx) && ctx.text !== '' && others.length === known.length
      const heard = isNew
        ? recordsOf(ctx.key, [{ author: ctx.author, text: ctx.text, at: ctx.sentAt ?? clock.wall() }])
        : null
      return {
        save: heard ? [...known, ...heard].slice(-limit) : undefined,
        result: others.map(({ entry }) => entry),
      }
    })

  /** Notes what the bot has said. */
  const say = async (ctx: Context, place: string): Promise<void> => {
    if (scenes !== undefined && !(ctx.target && scenes.includes(ctx.target.scene))) return
    const texts = ctx.sent.map(textOf).filter((text) => text !== '')
    if (texts.length === 0) return
    const said = texts.map((text) => ({ author: null, text, at: clock.wall() }))
    await places.change(place, (known = []) => ({
      save: [...known, ...recordsOf(ctx.key, said)].slice(-limit),
      result: null,
    }))
  }

  const run: Middleware<Context> = async (ctx, next) => {
    const where = placeOf(ctx)
    if (where === null) return next()
    const place = keyOfBot(ctx, `history:${where}`)
    before.set(ctx, await hear(ctx, place))
    try {
      await next()
    } catch (error) {
      // What a store fails with must not hide what a handler failed with.
      await say(ctx, place).catch(() => {})
      throw error
    }
    await say(ctx, place)
  }
  return Object.assign(run, {
    of: (ctx: Context) => (before.get(ctx) ?? []).filter(({ at }) => clock.wall() - at < maxAge),
  })
}
