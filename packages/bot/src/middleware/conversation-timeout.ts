import { type CancelTimer, type Clock, systemClock } from '@qqkit/core'
import * as v from 'valibot'

import { requireSync } from '../common/require-sync.js'
import type { Context } from '../context/context.js'
import { conversationKey, keyOfBot } from '../context/conversation.js'
import { withReplyKind } from '../reply/reply-kind.js'
import type { Middleware } from '../routing/layers.js'
import { checkMiddlewareOptions, clock as clockSchema, count, duration, fn } from './check.js'
import { warnProcess } from './warn-process.js'

/** When {@link conversationTimeout} considers a conversation over. */
export interface ConversationTimeoutOptions {
  /** ms of silence after the last handler of a conversation has ended. */
  readonly after: number
  /** Called with the context of the last message or interaction, e.g. to say goodbye within the reply window. */
  readonly onTimeout: (ctx: Context) => unknown
  /** Called with an error of `onTimeout`. Default: a process warning. */
  readonly onError?: (error: unknown, ctx: Context) => unknown
  /** Key of the conversation; `null` for none. Default: place and person. */
  readonly key?: (ctx: Context) => string | null
  /** Conversations that are tracked; the longest silent ones are forgotten. Default 10 000. */
  readonly maxConversations?: number
  readonly clock?: Clock
}

interface Silence {
  readonly ctx: Context
  readonly since: number
}

/**
 * Calls `onTimeout` when a conversation has been silent for a while. Timers are cancelled when the bot stops.
 *
 * @example
 * bot.use(conversationTimeout({ after: 10 * 60_000, onTimeout: (ctx) => chat.clear(ctx) }))
 * @throws OptionsError
 */
export const conversationTimeout = (
  options: ConversationTimeoutOptions,
): Middleware<Context> & Disposable => {
  checkMiddlewareOptions(
    'conversationTimeout',
    {
      after: duration('must be ms from 1 up'),
      onTimeout: fn('must be a function'),
      onError: v.optional(fn('must be a function')),
      key: v.optional(fn('must be a function that gives a key')),
      maxConversations: v.optional(count('must be a whole number from 1 up')),
      clock: clockSchema,
    },
    options,
  )
  const {
    after,
    onTimeout,
    key: keyOf = conversationKey,
    maxConversations = 10_000,
    clock = systemClock,
  } = options
  const warn = (error: unknown): void => warnProcess(error, 'ConversationTimeoutWarning')
  const { onError = warn } = options
  /** Longest silence first, since every conversation has the same timeout. One timer waits for the first. */
  const silent = new Map<string, Silence>()
  let cancel: CancelTimer | null = null

  const wait = (): void => {
    const [first] = silent.values()
    cancel ??= first ? clock.setTimer(first.since + after - clock.now(), onTimer) : null
  }
  const onTimer = (): void => {
    cancel = null
    for (const [key, { ctx, since }] of silent) {
      if (clock.now() - since < after) break
      silent.delete(key)
      void notify(ctx)
    }
    wait()
  }
  const notify = async (ctx: Context): Promise<void> => {
    try {
      // Whether it runs at all depends on timing.
      await withReplyKind(ctx, 'notice', async () => onTimeout(ctx))
    } catch (error) {
      try {
        await onError(error, ctx)
      } catch (failure) {
        warn(failure)
      }
    }
  }

  const run: Middleware<Context> = async (ctx, next) => {
    const talks = ctx.event === 'message' || ctx.event === 'interaction'
    const conversation = talks ? requireSync(keyOf(ctx), 'key') : null
    if (conversation === null) return next()
    const key = keyOfBot(ctx, conversation)
    silent.delete(key)
    try {
      await next()
    } finally {
      silent.delete(key)
      silent.set(key, { ctx, since: clock.now() })
      const [longest] = silent.keys()
      if (silent.size > maxConversations && longest !== undefined) silent.delete(longest)
      wait()
    }
  }
  return Object.assign(run, {
    [Symbol.dispose]: (): void => {
      silent.clear()
      cancel?.()
      cancel = null
    },
  })
}
