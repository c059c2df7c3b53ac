import * as v from 'valibot'

import type { Context } from '../context/context.js'
import type { MessageContext } from '../context/message-context.js'
import { markDeclined } from '../context/unaddressed.js'
import type { Middleware } from '../routing/layers.js'
import { checkMiddlewareOptions, fn, texts } from './check.js'

/** What {@link mentionOnly} takes for being addressed. */
export interface MentionOnlyOptions {
  /** Beginnings of a text that address the bot as well, e.g. `['/', '小助手']`. Default none. */
  readonly startsWith?: readonly string[]
  /** Told of each message that was not for the bot. Default: nothing, it is dropped. */
  readonly otherwise?: (ctx: MessageContext) => unknown
}

const isToMe = (ctx: MessageContext): boolean =>
  ctx.scene === 'c2c' || ctx.scene === 'dm' ? true : (ctx.message as { readonly toMe: boolean }).toMe

/**
 * Lets messages of groups and channels through only when they address the bot, for bots that receive all messages.
 * Private messages and other events pass. One message can be pushed as two events, of which one does not tell that the bot is
 * named: where that comes first and is dropped here, the other one is handled.
 *
 * @throws OptionsError
 */
export const mentionOnly = (options: MentionOnlyOptions = {}): Middleware<Context> => {
  checkMiddlewareOptions(
    'mentionOnly',
    {
      startsWith: v.optional(texts('must be a list of beginnings, e.g. ["/"]')),
      otherwise: v.optional(fn('must be a function')),
    },
    options,
  )
  const { startsWith = [], otherwise } = options
  return async (ctx, next) => {
    if (ctx.event !== 'message' || isToMe(ctx)) return next()
    if (startsWith.some((beginning) => ctx.text.startsWith(beginning))) return next()
    markDeclined(ctx)
    await otherwise?.(ctx)
  }
}
