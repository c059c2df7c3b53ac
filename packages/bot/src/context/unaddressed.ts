import type { Context } from './context.js'
import { SceneMessageContext, type Unanswered } from './message-context.js'

/** Whether an event is a message that is not known to be for the bot. Private messages always are. */
export const isUnaddressed = (ctx: Context): boolean =>
  ctx.event === 'message' && !SceneMessageContext.receivedOf(ctx).toMe

const mark = (ctx: Context, why: Unanswered): void => {
  if (ctx.event === 'message' && isUnaddressed(ctx)) SceneMessageContext.markUnanswered(ctx, why)
}

const isMarked = (ctx: Context, why: Unanswered): boolean =>
  ctx.event === 'message' && SceneMessageContext.unansweredOf(ctx) === why

/** A handler's filter refused the message. */
export const markFiltered = (ctx: Context): void => mark(ctx, 'refused')

/** A middleware dropped the message because it was not for the bot. */
export const markDeclined = (ctx: Context): void => mark(ctx, 'declined')

/** The event passed all handlers. */
export const markUnhandled = (ctx: Context): void => {
  if (isMarked(ctx, 'refused')) markDeclined(ctx)
}

/**
 * Whether no handler took a message that is not known to be for the bot, and nothing was replied: a copy that is for the bot
 * may still be handled then.
 */
export const wasDeclined = (ctx: Context): boolean => isMarked(ctx, 'declined') && ctx.sent.length === 0
