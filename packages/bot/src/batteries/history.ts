import { systemClock, type Clock } from '@qqkit/core'
import * as v from 'valibot'

import type { Middleware } from '../compose/middleware.js'
import type { Context } from '../context/context.js'
import type { MessageContext } from '../context/message-context.js'
import { keyOfBot, placeOf } from '../context/whereabouts.js'
import type { Author, Scene } from '../message/message.js'
import type { OutgoingMessage } from '../context/outbox.js'
import { checkBattery, clock as clockSchema, count, duration } from './check.js'
import { RecentMap } from './recent-map.js'

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
  readonly clock?: Clock
}

/** A middleware that knows what was said before. */
export interface History extends Middleware<Context> {
  /** What was said where the event took place, before it, oldest first: people and this bot. */
  of(ctx: Context): readonly HistoryEntry[]
}

/** An entry with the event that it belongs to. */
interface Said {
  readonly entry: HistoryEntry
  readonly event: string
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
export const history = (options: HistoryOptions = {}): History => {
  checkBattery(
    'history',
    {
      limit: v.optional(count('must be a whole number from 1 up')),
      maxAge: v.optional(duration('must be ms from 1 up')),
      maxPlaces: v.optional(count('must be a whole number from 1 up')),
      scenes: v.optional(v.array(v.picklist(['c2c', 'group', 'channel', 'dm']), 'must be a list of scenes')),
      clock: clockSchema,
    },
    options,
  )
  const { limit = 20, maxAge = Infinity, maxPlaces = 1000, scenes, clock = systemClock } = options
  const places = new RecentMap<readonly Said[]>(maxPlaces)
  /** What each event found when it came. */
  const before = new WeakMap<Context, readonly HistoryEntry[]>()

  const add = (place: string, event: string, entries: readonly HistoryEntry[]): void => {
    const said = entries.map((entry) => ({ entry, event }))
    places.set(place, [...(places.get(place) ?? []), ...said].slice(-limit))
  }

  const remembers = (ctx: Context): ctx is MessageContext =>
    ctx.event === 'message' && (scenes === undefined || scenes.includes(ctx.scene))

  const run: Middleware<Context> = async (ctx, next) => {
    const where = placeOf(ctx)
    if (where === null) return next()
    const place = keyOfBot(ctx, where)
    const known = places.get(place) ?? []
    // A message can come as two events, of which the second is handled: it was heard already, and is not its own past.
    const others = known.filter(({ event }) => event !== ctx.key)
    before.set(
      ctx,
      others.map(({ entry }) => entry),
    )
    if (remembers(ctx) && ctx.text !== '' && others.length === known.length)
      add(place, ctx.key, [{ author: ctx.author, text: ctx.text, at: ctx.sentAt ?? clock.wall() }])
    try {
      await next()
    } finally {
      if (scenes === undefined || (ctx.target && scenes.includes(ctx.target.scene))) {
        const said = ctx.sent.map(textOf).filter((text) => text !== '')
        if (said.length > 0)
          add(
            place,
            ctx.key,
            said.map((text) => ({ author: null, text, at: clock.wall() })),
          )
      }
    }
  }
  return Object.assign(run, {
    of: (ctx: Context) => (before.get(ctx) ?? []).filter(({ at }) => clock.wall() - at < maxAge),
  })
}
