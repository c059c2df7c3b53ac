import { type Clock, systemClock } from '@qqkit/core'
import * as v from 'valibot'

import { BaseContext } from '../context/base-context.js'
import type { Context } from '../context/context.js'
import type { Middleware } from '../routing/layers.js'
import { checkMiddlewareOptions, clock as clockSchema, count, duration } from './check.js'

/** Options of {@link typing}. */
export interface TypingNoticeOptions {
  /** ms that handlers may take without a notice; default 1000. */
  readonly after?: number
  /** Seconds that the notice is shown, at most 60 (default). */
  readonly seconds?: number
  readonly clock?: Clock
}

/**
 * Shows "typing" in private chats (C2C) when a message takes longer to answer. One notice per message, since each may take one
 * of the replies
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-1 §6.1}); none when
 * all replies are used up, or an answer is already growing. A notice is tried once; a refusal delays nothing.
 *
 * @example
 * bot.use(typing({ after: 2000 }))
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
    // Reserved in every run, sent or not, so that an answer is always cut into the same pieces.
    replies.reserveNotice()
    const over = new AbortController()
    const cancel = clock.setTimer(after, () => {
      // An answer is already visible, or growing.
      if (replies.begun) return
      // A failed notice is no error.
      replies.typing(seconds, over.signal, true).catch(() => {})
    })
    try {
      await next()
    } finally {
      cancel()
      // A notice that was not sent by now would come after the answer.
      over.abort()
    }
  }
}
