import { type Clock, systemClock } from '@qqkit/core'
import * as v from 'valibot'

import { BaseContext } from '../context/base-context.js'
import type { Context } from '../context/context.js'
import type { Middleware } from '../routing/layers.js'
import { checkMiddlewareOptions, clock as clockSchema, count, duration } from './check.js'

/** When {@link typing} shows that an answer is on its way. */
export interface TypingNoticeOptions {
  /** ms that handlers may take without a notice; default 1000. */
  readonly after?: number
  /** Seconds that the notice stands, at most 60 (default). */
  readonly seconds?: number
  readonly clock?: Clock
}

/**
 * Shows people in private chats (C2C) that the bot is typing when their message takes longer to answer. One notice a
 * message, since each may take a share of the replies
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-1 §6.1}); none when the
 * right to answer is used up, or when an answer is growing already. A notice that is refused is tried once and holds
 * nothing up.
 *
 * @throws OptionsError
 */
export const typing = (options: TypingNoticeOptions = {}): Middleware<Context> => {
  checkMiddlewareOptions(
    'typing',
    {
      after: v.optional(duration('must be ms from 1 up')),
      seconds: v.optional(v.pipe(count('must be from 1 to 60'), v.maxValue(60, 'must be from 1 to 60'))),
      clock: clockSchema,
    },
    options,
  )
  const { after = 1000, seconds = 60, clock = systemClock } = options
  return async (ctx, next) => {
    if (ctx.event !== 'message' || ctx.scene !== 'c2c') return next()
    const replies = BaseContext.repliesOf(ctx)
    // In every run, whether it is shown or not: an answer is cut into the same pieces then.
    replies.reserveNotice()
    const over = new AbortController()
    const cancel = clock.setTimer(after, () => {
      // Somebody who sees an answer, or how it grows, waits for nothing.
      if (replies.begun) return
      // A notice that fails is not worth an error.
      replies.typing(seconds, over.signal, true).catch(() => {})
    })
    try {
      await next()
    } finally {
      cancel()
      // One that has not gone out by now comes after the answer.
      over.abort()
    }
  }
}
