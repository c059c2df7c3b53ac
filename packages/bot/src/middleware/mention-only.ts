import * as v from 'valibot'

import type { Context } from '../context/context.js'
import type { MessageContext } from '../context/message-context.js'
import { markDeclined } from '../context/unaddressed.js'
import { beginsWith } from '../events/command.js'
import type { Middleware } from '../routing/layers.js'
import { checkMiddlewareOptions, fn, texts } from './check.js'

/** Options of {@link mentionOnly}. */
export interface MentionOnlyOptions {
  /** Prefixes of a text that address the bot too, in any case and width, e.g. `['/', '小助手']`. Default none. */
  readonly startsWith?: readonly string[]
  /** Called with each message that was not for the bot. Default: it is dropped silently. */
  readonly otherwise?: (ctx: MessageContext) => unknown
}

const isToMe = (ctx: MessageContext): boolean =>
  ctx.scene === 'c2c' || ctx.scene === 'dm' ? true : (ctx.message as { readonly toMe: boolean }).toMe

/**
 * Passes on messages in groups and channels only if they address the bot, for bots that receive all messages. Private messages
 * and other events pass. A message can come as two events, one of which lacks the mention: if that one comes first and is
 * dropped here, the other one is handled.
 *
 * @example
 * bot.use(mentionOnly({ startsWith: ['/'] }))
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
    if (startsWith.some((beginning) => beginsWith(ctx.text, beginning))) return next()
    markDeclined(ctx)
    await otherwise?.(ctx)
  }
}
