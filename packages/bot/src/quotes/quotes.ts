import { BoundedMap } from '@qqkit/core/internal'
import type { StateStore } from '@qqkit/core'
import * as v from 'valibot'

import type { Bot } from '../bot.js'
import type { Context } from '../context/context.js'
import { keyOfBot } from '../context/conversation.js'
import type { Author, Message, Quote, Target } from '../events/message.js'
import { recalledMessage } from '../events/recalled-message.js'
import { checkMiddlewareOptions, count, duration } from '../middleware/check.js'
import { StoredValues, storeSchema } from '../middleware/state-store.js'
import { timedStore } from '../middleware/timed-store.js'
import { quietly } from '../middleware/warn-process.js'
import { checkTarget, factsOf, ProactiveError } from '../proactive/errors.js'
import type { Middleware } from '../routing/layers.js'
import { type RememberedMessage, watchSent } from './sent-messages.js'

/** A quoted message, as far as it is known: what the event tells comes before what the bot remembers. */
export interface QuotedMessage extends Quote {
  /** The person; `null` for this bot, or if unknown. */
  readonly author: Author | null
  /** Whether this bot wrote it; `null` if unknown. */
  readonly mine: boolean | null
  /** Wall time in ms since 1970; `null` if unknown. */
  readonly at: number | null
}

/** The messages that people quote. */
export interface Quotes {
  /** The message that the event quotes; `null` if it quotes none. */
  of(ctx: Context): QuotedMessage | null
  /** A message by the id with which it is quoted (`ctx.message.referenceId`, `refIdx` of a sent piece); `null` if it is not known. */
  find(target: Target, id: string): Promise<RememberedMessage | null>
}

/** Options of {@link rememberQuotes}. */
export interface QuotesOptions {
  /** Messages that are remembered in memory; the oldest are forgotten. Default 1000. With a `store` it has no effect. */
  readonly limit?: number
  /** ms after which a message is forgotten. Default 24 hours. */
  readonly maxAge?: number
  /** A store for more than one process, or for restarts. Several bots can share one: the appid is part of every key. */
  readonly store?: StateStore<RememberedMessage>
}

const DAY = 24 * 60 * 60_000

/** Messages whose ids are known, and recalls: more than a bot sends in the two minutes in which it may recall. */
const NAMED = 10_000

/** How a message is named in calls and in quotes. */
interface Known {
  readonly id: string | null
  readonly reference: string
}

/** Messages are never changed, so that nothing has to be copied. */
const inMemory = (limit: number): StateStore<RememberedMessage> => {
  const messages = new BoundedMap<RememberedMessage>({ limit })
  return {
    load: (key) => messages.get(key),
    save: (key, message) => messages.set(key, message),
    remove: (key) => void messages.delete(key),
  }
}

const isRemembered = ({ text, attachments, at }: Partial<RememberedMessage>): boolean =>
  typeof text === 'string' && Array.isArray(attachments) && typeof at === 'number'

/** What is known of a quoted message. */
const merged = (quote: Quote, known: RememberedMessage | null): QuotedMessage => ({
  id: quote.id,
  text: quote.text ?? known?.text ?? null,
  attachments: quote.attachments.length > 0 ? quote.attachments : (known?.attachments ?? []),
  author: known?.author ?? null,
  mine: known && known.author === null,
  at: known?.at ?? null,
})

/**
 * Remembers what people and the bot write, so that a quote has its text, its author and its time: in guilds the platform sends
 * the id of a quoted message alone. Messages of the bot are known however they were sent, and forgotten where the bot recalls them, or
 * a person theirs in a guild. Call it before handlers are registered.
 *
 * @example
 * const quotes = rememberQuotes(bot)
 * bot.command('translate', (ctx) => ctx.reply(translate(quotes.of(ctx)?.text ?? ctx.command.rest)))
 * @throws OptionsError; ProactiveError `no_bot`; BotError `registered_after_start`
 */
export const rememberQuotes = (bot: Bot, options: QuotesOptions = {}): Quotes => {
  const { appId, clock, intercept } = factsOf(bot)
  checkMiddlewareOptions(
    'rememberQuotes',
    {
      limit: v.optional(count('must be a whole number from 1 up')),
      maxAge: v.optional(duration('must be ms from 1 up')),
      store: storeSchema,
    },
    options,
  )
  const { limit = 1000, maxAge = DAY } = options
  const { store } = options
  const values = new StoredValues(store ? timedStore(store, clock) : inMemory(limit), isRemembered)
  const quoted = new WeakMap<Context, QuotedMessage>()
  /** By what messages are quoted, by their ids: in private chats and groups the two differ, and a recall names the id (§5.6). */
  const references = new BoundedMap<string>({ limit: NAMED })
  /** Keys of messages that were recalled: they may still wait for their turn. */
  const recalled = new BoundedMap<true>({ limit: NAMED })
  // A store that fails costs no answer: what the event tells is still there.
  const [saving, finding] = [quietly('QuotesNotRemembered'), quietly('QuotesNotRemembered')]

  const keyOf = ({ scene, id: place }: Target, id: string): string =>
    keyOfBot({ appId }, `quote:${scene}:${place}:${id}`)

  const find = async (target: Target, id: string): Promise<RememberedMessage | null> => {
    checkTarget(target)
    if (typeof id !== 'string') throw new ProactiveError('bad_target', 'the id of the message is missing')
    const known = await values.load(keyOf(target, id))
    return known && clock.wall() - known.at < maxAge ? known : null
  }

  const save = (target: Target, message: Known, remembered: RememberedMessage): void => {
    const key = keyOf(target, message.reference)
    if (message.id !== null) references.set(keyOf(target, message.id), message.reference)
    // Its recall came while it waited for its turn.
    if (recalled.get(key)) return
    // Nothing waits for it: a quote comes seconds later.
    void saving(() => values.set(key, remembered))
  }

  const forget = (target: Target, id: string): void => {
    const key = keyOf(target, references.get(keyOf(target, id)) ?? id)
    recalled.set(key, true)
    void saving(() => values.set(key, null))
  }

  const saveReceived = (message: Message): void => {
    const { id, referenceId: reference, author, text, attachments, sentAt, target } = message
    if (reference === null) return
    save(target, { id, reference }, { author, text, attachments, at: sentAt ?? clock.wall() })
  }

  const remember: Middleware<Context> = async (ctx, next) => {
    if (ctx.event === 'message') {
      const { message } = ctx
      saveReceived(message)
      const { quote, target } = message
      const id = quote?.id ?? null
      if (quote) quoted.set(ctx, merged(quote, id === null ? null : await finding(() => find(target, id))))
    }
    const gone = recalledMessage(ctx)
    if (gone) forget(gone.target, gone.id)
    await next()
  }

  bot.use(remember)
  intercept(
    watchSent({
      onSent: (target, { id, reference, text }) =>
        save(target, { id, reference }, { author: null, text, attachments: [], at: clock.wall() }),
      onRecalled: forget,
    }),
  )
  return { of: (ctx) => quoted.get(ctx) ?? null, find }
}
