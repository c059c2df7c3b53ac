import type { Scene } from '../events/message.js'
import type { Context } from './context.js'
import type { SceneMessageContext } from './message-context.js'

/** How far a message got that was not known to be for the bot: a filter of a handler refused it, or nobody had it for that. */
type Hearing = 'refused' | 'declined'

const hearings = new WeakMap<Context, Hearing>()

/** Whether a message is not known to be for the bot. Private ones always are. */
export const isUnaddressed = (ctx: Context): ctx is SceneMessageContext<Scene> & Context =>
  ctx.event === 'message' && 'toMe' in ctx.message && !ctx.message.toMe

/** The filter of a handler did not want a message. */
export const refuse = (ctx: Context): void => {
  if (isUnaddressed(ctx)) hearings.set(ctx, 'refused')
}

/** A message was let go because it was not for the bot. */
export const decline = (ctx: Context): void => {
  if (isUnaddressed(ctx)) hearings.set(ctx, 'declined')
}

/** An event passed all handlers. */
export const passBy = (ctx: Context): void => {
  if (hearings.get(ctx) === 'refused') hearings.set(ctx, 'declined')
}

/**
 * Whether nobody had a message that was not known to be for the bot, and nothing was said to it: then a copy that is for the bot
 * may still be handled, and it is handled once.
 */
export const wasDeclined = (ctx: Context): boolean =>
  isUnaddressed(ctx) && ctx.sent.length === 0 && hearings.get(ctx) === 'declined'
