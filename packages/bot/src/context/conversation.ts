import type { Context } from './context.js'

/** Who caused an event: openid in C2C and groups, user id in guilds; `null` when no person did or the platform does not tell. */
export const senderOf = (ctx: Context): string | null => {
  if (ctx.event === 'message') return ctx.author.id || null
  if (ctx.event === 'interaction') return ctx.interaction.userId || null
  // A private chat is its person.
  return ctx.target?.scene === 'c2c' ? ctx.target.id : null
}

/** Where an event took place, as one text; `null` when the platform does not tell. */
export const placeOf = (ctx: Context): string | null =>
  ctx.target ? `${ctx.target.scene}:${ctx.target.id}` : null

/** A key for what several bots may keep in one place: an openid belongs to one bot, and its text may be that of another's (§8). */
export const keyOfBot = ({ appId }: Pick<Context, 'appId'>, key: string): string => `${appId}:${key}`

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
