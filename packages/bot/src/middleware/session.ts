import { type Clock, systemClock } from '@qqkit/core'
import * as v from 'valibot'

import { BotError } from '../common/errors.js'
import { keepsInProcess } from '../common/in-process.js'
import { requireSync } from '../common/require-sync.js'
import { BaseContext } from '../context/base-context.js'
import type { Context } from '../context/context.js'
import { conversationKey, keyOfBot } from '../context/conversation.js'
import type { Middleware } from '../routing/layers.js'
import { checkMiddlewareOptions, clock as clockSchema, fn } from './check.js'
import { memoryStateStore, type StateStore, storeSchema } from './state-store.js'
import { timedStore } from './timed-store.js'

/** Options of {@link session}. */
export interface StateOptions<T> {
  /** Makes the state of a new conversation. */
  readonly initial: () => T
  /** Key of the conversation; `null` for none. Default: place and person. The appid is put before it. */
  readonly key?: (ctx: Context) => string | null
  /** Default: {@link memoryStateStore}. Several bots can share a store: each has its own conversations in it. */
  readonly store?: StateStore<T>
  readonly clock?: Clock
}

/** Middleware with the state of each conversation. */
export interface ConversationState<T> extends Middleware<Context> {
  /**
   * The state of the event's conversation. Change it in place: it is saved when the handlers are done.
   *
   * @throws BotError `no_session`
   */
  of(ctx: Context): T
  /** Replaces the state. @throws BotError `no_session` */
  set(ctx: Context, value: T): void
  /** Resets the state of the event's conversation; works after the event too. */
  clear(ctx: Context): Promise<void>
}

/** The state of a conversation while its events are handled. */
interface Slot<T> {
  /** `null` if it is to be removed. */
  value: { current: T } | null
  /** Whether a handler has read it, and may have changed it. */
  used: boolean
  users: number
  loading: Promise<void> | null
}

/**
 * Keeps state per conversation: plain data, loaded before the handlers and saved after them. Changes by handlers that throw, or
 * that are given up (`handlerTimeout`, `stopTimeout`), are not saved. Events of one conversation that are handled at the same
 * time share one state.
 *
 * @example
 * const chat = session({ initial: () => ({ turns: 0 }) })
 * bot.use(chat)
 * bot.on('message', (ctx) => ctx.reply(`turn ${++chat.of(ctx).turns}`))
 * @throws OptionsError
 */
export const session = <T>(options: StateOptions<T>): ConversationState<T> => {
  checkMiddlewareOptions(
    'session',
    {
      initial: fn('must be a function that makes the state of a new conversation'),
      key: v.optional(fn('must be a function that gives a key')),
      store: storeSchema,
      clock: clockSchema,
    },
    options,
  )
  const { initial, key: conversationOf = conversationKey, clock = systemClock } = options
  const store = options.store ? timedStore(options.store, clock) : memoryStateStore<T>()
  const keyOf = (ctx: Context): string | null => {
    const key = requireSync(conversationOf(ctx), 'key')
    return key === null ? null : keyOfBot(ctx, key)
  }
  const open = new Map<string, Slot<T>>()
  const slots = new WeakMap<Context, Slot<T>>()

  const forget = (key: string, slot: Slot<T>): void => {
    if (open.get(key) === slot) open.delete(key)
  }
  const leave = (key: string, slot: Slot<T>): void => {
    slot.users -= 1
    if (slot.users === 0) forget(key, slot)
  }
  const enter = async (key: string): Promise<Slot<T>> => {
    const slot = open.get(key) ?? { value: null, used: false, users: 0, loading: null }
    open.set(key, slot)
    slot.users += 1
    slot.loading ??= (async () => {
      slot.value = { current: (await store.load(key)) ?? initial() }
    })()
    try {
      await slot.loading
    } catch (error) {
      leave(key, slot)
      throw error
    }
    return slot
  }
  const slotOf = (ctx: Context): Slot<T> => {
    const slot = slots.get(ctx)
    if (!slot) throw new BotError('no_session', ctx.name)
    slot.used = true
    return slot
  }

  const run: Middleware<Context> = async (ctx, next) => {
    const key = keyOf(ctx)
    if (key === null) return next()
    const slot = await enter(key)
    slots.set(ctx, slot)
    // Later events must not see changes by an event that was given up.
    const giveUp = (): void => forget(key, slot)
    ctx.signal.addEventListener('abort', giveUp, { once: true })
    try {
      await next()
      if (!slot.used || ctx.signal.aborted) return
      const lease = await BaseContext.mayKeep(ctx)
      if (slot.value) await store.save(key, slot.value.current, lease)
      else await store.remove(key, lease)
    } finally {
      ctx.signal.removeEventListener('abort', giveUp)
      leave(key, slot)
    }
  }
  if (options.store === undefined) keepsInProcess(run, 'session')
  return Object.assign(run, {
    of: (ctx: Context): T => {
      const slot = slotOf(ctx)
      return (slot.value ??= { current: initial() }).current
    },
    set: (ctx: Context, value: T): void => {
      slotOf(ctx).value = { current: value }
    },
    clear: async (ctx: Context): Promise<void> => {
      const key = keyOf(ctx)
      if (key === null) return
      const slot = open.get(key)
      if (slot) Object.assign(slot, { value: null, used: true })
      else await store.remove(key, await BaseContext.mayKeep(ctx))
    },
  })
}
