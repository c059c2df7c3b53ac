import type { Context } from '../context/context.js'

/**
 * The default lane of an event: place and person, so that a busy group is not one lane. Events that no person caused
 * are kept in order per place.
 */
export const conversationKey = (ctx: Context): string => {
  const place = ctx.target ? `${ctx.target.scene}:${ctx.target.id}` : ctx.name
  if (ctx.event === 'message') return `${place}:${ctx.author.id}`
  if (ctx.event === 'interaction') return `${place}:${ctx.interaction.userId}`
  return place
}
