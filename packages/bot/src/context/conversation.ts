import type { Context } from './context.js'
import { SceneMessageContext } from './message-context.js'

/** The sender of an event: openid in C2C and groups, user id in guilds; `null` without a sender, or if the platform does not tell. */
export const senderOf = (ctx: Context): string | null => {
  if (ctx.event === 'message') return SceneMessageContext.receivedOf(ctx).authorId || null
  if (ctx.event === 'interaction') return ctx.interaction.userId || null
  // A private chat is its person.
  return ctx.target?.scene === 'c2c' ? ctx.target.id : null
}

/** The place of an event as one text; `null` if the platform does not tell it. */
export const placeOf = (ctx: Context): string | null =>
  ctx.target ? `${ctx.target.scene}:${ctx.target.id}` : null

/** Puts the appid before a key, for stores that several bots share: two bots can know different people by the same openid (§8). */
export const keyOfBot = ({ appId }: Pick<Context, 'appId'>, key: string): string => `${appId}:${key}`

/**
 * The default conversation of an event: place and person, so that people in a busy group do not wait for each other. Events
 * without a sender are in order per place.
 */
export const conversationKey = (ctx: Context): string => {
  const place = placeOf(ctx) ?? ctx.name
  // A private chat is its person already.
  if (ctx.target?.scene === 'c2c') return place
  if (ctx.event !== 'message' && ctx.event !== 'interaction') return place
  return `${place}:${senderOf(ctx) ?? ''}`
}
