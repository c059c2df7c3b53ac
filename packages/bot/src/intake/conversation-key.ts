import type { Context } from '../context/context.js'
import { placeOf, senderOf } from '../context/whereabouts.js'

/**
 * The default lane of an event: place and person, so that a busy group is not one lane. Events that no person caused
 * are kept in order per place.
 */
export const conversationKey = (ctx: Context): string => {
  const place = placeOf(ctx) ?? ctx.name
  // A private chat is its person already.
  if (ctx.target?.scene === 'c2c') return place
  if (ctx.event !== 'message' && ctx.event !== 'interaction') return place
  return `${place}:${senderOf(ctx) ?? ''}`
}
