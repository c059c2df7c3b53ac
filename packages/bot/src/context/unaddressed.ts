import type { Scene } from '../events/message.js'
import type { Context } from './context.js'
import type { SceneMessageContext } from './message-context.js'

/** Why no handler took a message that is not known to be for the bot: a filter refused it so far, or all handlers let it pass. */
type Unanswered = 'refused' | 'declined'

const unanswered = new WeakMap<Context, Unanswered>()

/** Whether an event is a message that is not known to be for the bot. Private messages always are. */
export const isUnaddressed = (ctx: Context): ctx is SceneMessageContext<Scene> & Context =>
  ctx.event === 'message' && 'toMe' in ctx.message && !ctx.message.toMe

/** A handler's filter refused the message. */
export const markFiltered = (ctx: Context): void => {
  if (isUnaddressed(ctx)) unanswered.set(ctx, 'refused')
}

/** A middleware dropped the message because it was not for the bot. */
export const markDeclined = (ctx: Context): void => {
  if (isUnaddressed(ctx)) unanswered.set(ctx, 'declined')
}

/** The event passed all handlers. */
export const markUnhandled = (ctx: Context): void => {
  if (unanswered.get(ctx) === 'refused') unanswered.set(ctx, 'declined')
}

/**
 * Whether no handler took a message that is not known to be for the bot, and nothing was replied: a copy that is for the bot
 * may still be handled then.
 */
export const wasDeclined = (ctx: Context): boolean =>
  isUnaddressed(ctx) && ctx.sent.length === 0 && unanswered.get(ctx) === 'declined'
