import { OptionsError } from '@qqkit/core'
import * as v from 'valibot'

import type { Context } from '../context/context.js'
import { senderOf } from '../context/conversation.js'
import type { Author, Scene } from '../events/message.js'
import type { Middleware } from '../routing/layers.js'
import { checkMiddlewareOptions, fn, orReply } from './check.js'
import { sayTo } from './texts.js'

/** People and places; an event fits if all fields that are given do. */
export interface AccessRule {
  readonly scenes?: readonly Scene[]
  /**
   * Openids in C2C and groups (they differ per scene,
   * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/00-sources.md#0 §0}), user ids in guilds.
   */
  readonly users?: readonly string[]
  /** Group openids. */
  readonly groups?: readonly string[]
  readonly guilds?: readonly string[]
  readonly channels?: readonly string[]
  /** Of messages in groups. */
  readonly roles?: readonly NonNullable<Author['role']>[]
}

/** People and places. An event is on the list if any field matches. */
export interface AccessList extends AccessRule {
  /** People in places: an event is on the list if it fits one of them whole, e.g. `{ groups: ['B2…'], roles: ['owner', 'admin'] }`. */
  readonly rules?: readonly AccessRule[]
  /** A rule of your own, e.g. one that asks a database. */
  readonly when?: (ctx: Context) => boolean | Promise<boolean>
  /**
   * Called with each event that is kept out; `'reply'` says so, in the words of the bot (`texts.denied`). Default: the event is
   * dropped silently.
   */
  readonly otherwise?: 'reply' | ((ctx: Context) => unknown)
}

const guildOf = (ctx: Context): string | null => {
  if (ctx.event === 'message') {
    if (ctx.scene === 'channel') return ctx.message.guildId
    return ctx.scene === 'dm' ? ctx.message.sourceGuildId : null
  }
  return ctx.event === 'interaction' ? ctx.interaction.guildId : null
}

const ROLES = ['member', 'admin', 'owner'] as const

/** Ids. One with a blank, as `'A1, B2'.split(',')` makes them, would never match. */
const ids = (what: string): v.GenericSchema =>
  v.optional(v.array(v.pipe(v.string(what), v.regex(/^\S+$/, `${what} without blanks`)), what))

const ruleEntries = {
  scenes: v.optional(v.array(v.picklist(['c2c', 'group', 'channel', 'dm']), 'must be a list of scenes')),
  users: ids('must be a list of openids or user ids'),
  groups: ids('must be a list of group openids'),
  guilds: ids('must be a list of guild ids'),
  channels: ids('must be a list of channel ids'),
  roles: v.optional(
    v.array(v.picklist(ROLES, 'must be "member", "admin" or "owner"'), 'must be a list of roles'),
  ),
}

const RULE = 'must be { scenes?, users?, groups?, guilds?, channels?, roles? } with at least one of them'
const SOMETHING = 'name somebody: scenes, users, groups, guilds, channels, roles, rules or when'
const rule = v.pipe(
  v.strictObject(ruleEntries, RULE),
  v.check((fields) => Object.values(fields).some((field) => field !== undefined), RULE),
)

const check = (name: string, list: AccessList): void => {
  checkMiddlewareOptions(
    name,
    {
      ...ruleEntries,
      rules: v.optional(v.array(rule, 'must be a list of rules')),
      when: v.optional(fn('must be a function that gives true or false')),
      otherwise: v.optional(orReply),
    },
    list,
  )
  if ([...Object.keys(ruleEntries), 'rules', 'when'].some((field) => Reflect.get(list, field) !== undefined))
    return
  throw new OptionsError({ subject: name, path: '', received: 'an object without a list', hint: SOMETHING })
}

/** What lists are asked about. */
const FACTS: Readonly<Record<keyof AccessRule, (ctx: Context) => string | null>> = {
  scenes: ({ target }) => target?.scene ?? null,
  users: senderOf,
  groups: ({ target }) => (target?.scene === 'group' ? target.id : null),
  guilds: guildOf,
  channels: ({ target }) => (target?.scene === 'channel' ? target.id : null),
  roles: (ctx) => (ctx.event === 'message' ? ctx.author.role : null),
}

/** A check of an event. */
type Test = (ctx: Context) => boolean

/** One check for each field that is given. */
const testsOf = (rule: AccessRule): readonly Test[] =>
  (Object.keys(FACTS) as (keyof AccessRule)[]).flatMap((field) => {
    const given: readonly string[] | undefined = rule[field]
    if (given === undefined) return []
    const listed = new Set(given)
    return (ctx: Context) => listed.has(FACTS[field](ctx) ?? '')
  })

const whole = (rule: AccessRule): Test => {
  const tests = testsOf(rule)
  return (ctx) => tests.every((test) => test(ctx))
}

/** Makes the check whether an event is on the list. */
const matcherOf = (list: AccessList): ((ctx: Context) => Promise<boolean>) => {
  const tests = [...testsOf(list), ...(list.rules ?? []).map(whole)]
  return async (ctx) => tests.some((test) => test(ctx)) || (list.when?.(ctx) ?? false)
}

const keepOut = async ({ otherwise }: AccessList, ctx: Context): Promise<void> => {
  if (otherwise === 'reply') await sayTo(ctx, 'denied', {})
  else await otherwise?.(ctx)
}

/** Whether an event has a person or a place. Others, such as a new guild, match no list. */
const hasOrigin = (ctx: Context): boolean => ctx.target !== null || senderOf(ctx) !== null

/**
 * Passes on only events on the list, and events without person and place.
 *
 * @example
 * bot.use(allow({ groups: ['B2…'], users: [process.env.OWNER!] }))
 * bot.use(allow({ scenes: ['c2c'], rules: [{ groups: ['B2…'], roles: ['owner', 'admin'] }] }))
 * @throws OptionsError
 */
export const allow = (list: AccessList): Middleware<Context> => {
  check('allow', list)
  const isListed = matcherOf(list)
  return async (ctx, next) => {
    if (!hasOrigin(ctx) || (await isListed(ctx))) return next()
    await keepOut(list, ctx)
  }
}

/**
 * Keeps out events on the list.
 *
 * @example
 * bot.use(deny({ users: ['E4…'], otherwise: 'reply' }))
 * @throws OptionsError
 */
export const deny = (list: AccessList): Middleware<Context> => {
  check('deny', list)
  const isListed = matcherOf(list)
  return async (ctx, next) => {
    if (!(await isListed(ctx))) return next()
    await keepOut(list, ctx)
  }
}
