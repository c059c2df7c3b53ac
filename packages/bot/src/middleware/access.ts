import * as v from 'valibot'

import type { Context } from '../context/context.js'
import { senderOf } from '../context/conversation.js'
import type { Middleware } from '../routing/layers.js'
import { checkMiddlewareOptions, fn, texts } from './check.js'

/** People and places. An event is on the list if any field matches. */
export interface AccessList {
  /**
   * Openids in C2C and groups (they differ per scene,
   * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/00-sources.md#0 §0}), user ids in guilds.
   */
  readonly users?: readonly string[]
  /** Group openids. */
  readonly groups?: readonly string[]
  readonly guilds?: readonly string[]
  readonly channels?: readonly string[]
  /** A rule of your own, e.g. one that asks a database. */
  readonly when?: (ctx: Context) => boolean | Promise<boolean>
  /** Called with each event that is kept out. Default: the event is dropped silently. */
  readonly otherwise?: (ctx: Context) => unknown
}

const guildOf = (ctx: Context): string | null => {
  if (ctx.event === 'message') {
    if (ctx.scene === 'channel') return ctx.message.guildId
    return ctx.scene === 'dm' ? ctx.message.sourceGuildId : null
  }
  return ctx.event === 'interaction' ? ctx.interaction.guildId : null
}

const check = (name: string, list: AccessList): void =>
  checkMiddlewareOptions(
    name,
    {
      users: v.optional(texts('must be a list of openids or user ids')),
      groups: v.optional(texts('must be a list of group openids')),
      guilds: v.optional(texts('must be a list of guild ids')),
      channels: v.optional(texts('must be a list of channel ids')),
      when: v.optional(fn('must be a function that gives true or false')),
      otherwise: v.optional(fn('must be a function')),
    },
    list,
  )

/** Makes the check whether an event is on the list. */
const matcherOf = ({
  users,
  groups,
  guilds,
  channels,
  when,
}: AccessList): ((ctx: Context) => Promise<boolean>) => {
  const sets = [users, groups, guilds, channels].map((ids) => new Set(ids))
  const [userIds, groupIds, guildIds, channelIds] = sets as [
    Set<string>,
    Set<string>,
    Set<string>,
    Set<string>,
  ]
  return async (ctx) => {
    const { target } = ctx
    if (userIds.has(senderOf(ctx) ?? '')) return true
    if (target?.scene === 'group' && groupIds.has(target.id)) return true
    if (target?.scene === 'channel' && channelIds.has(target.id)) return true
    if (guildIds.has(guildOf(ctx) ?? '')) return true
    return when === undefined ? false : when(ctx)
  }
}

/** Whether an event has a person or a place. Others, such as a new guild, match no list. */
const hasOrigin = (ctx: Context): boolean => ctx.target !== null || senderOf(ctx) !== null

/**
 * Passes on only events on the list, and events without person and place.
 *
 * @example
 * bot.use(allow({ groups: ['B2…'], users: [process.env.OWNER!] }))
 * @throws OptionsError
 */
export const allow = (list: AccessList): Middleware<Context> => {
  check('allow', list)
  const isListed = matcherOf(list)
  return async (ctx, next) => {
    if (!hasOrigin(ctx) || (await isListed(ctx))) return next()
    await list.otherwise?.(ctx)
  }
}

/**
 * Keeps out events on the list.
 *
 * @example
 * bot.use(deny({ users: ['E4…'], otherwise: (ctx) => ctx.reply('You are blocked.') }))
 * @throws OptionsError
 */
export const deny = (list: AccessList): Middleware<Context> => {
  check('deny', list)
  const isListed = matcherOf(list)
  return async (ctx, next) => {
    if (!(await isListed(ctx))) return next()
    await list.otherwise?.(ctx)
  }
}
