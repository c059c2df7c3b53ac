import * as v from 'valibot'

import { type Answer, empty, ok, refuse } from '../http/answers.js'
import type { CallContext, Handler } from '../http/call-context.js'
import { moment, numberText, readFields, someText, someTexts } from '../http/fields.js'
import { pageAfter } from '../http/pages.js'
import { later } from '../kernel/kernel.js'
import { drawHex } from '../kernel/random.js'
import { timestampText } from '../kernel/time.js'
import { DAY } from '../rules/limits.js'
import { groupPrivilege } from './in-group.js'
import type { GroupWorld, Strategy } from './state.js'
import { knowsGroups } from './strategy.js'

const MAX_STRATEGIES = 20
const MAX_GROUPS = 100
const YEAR = 365 * DAY
/** `execute` is asynchronous and takes about 10 minutes (§5.8). */
const EXECUTION = 600_000

/** "10****499" (§5.8). */
const masked = (number: string): string => `${number.slice(0, 2)}****${number.slice(-3)}`

const shown = (strategy: Strategy): Readonly<Record<string, unknown>> => ({
  strategy_id: strategy.id,
  [strategy.by]: strategy.by === 'group_ids' ? [...strategy.groups].map(masked) : [...strategy.groups],
  whitelist_user_count: strategy.users.size,
  is_enable: strategy.enabled ? 'on' : 'off',
  expire_at: timestampText(strategy.expiresAt),
  created_at: timestampText(strategy.createdAt),
  updated_at: timestampText(strategy.updatedAt),
  remark: strategy.remark,
})

const groupIds = v.pipe(
  v.array(v.pipe(v.union([someText(128), v.pipe(v.number(), v.safeInteger())]), v.transform(String))),
  v.nonEmpty(),
  v.maxLength(MAX_GROUPS),
)

const targets = { group_openids: v.optional(someTexts(MAX_GROUPS)), group_ids: v.optional(groupIds) }

/** The one given list; both together are refused. */
const chosen = (named: {
  readonly group_openids?: readonly string[] | undefined
  readonly group_ids?: readonly string[] | undefined
}): { readonly by: Strategy['by']; readonly groups: readonly string[] } | null => {
  const { group_openids: openids, group_ids: numbers } = named
  if ((openids === undefined) === (numbers === undefined)) return null
  return openids ? { by: 'group_openids', groups: openids } : { by: 'group_ids', groups: numbers ?? [] }
}

const common = {
  is_enable: v.optional(v.picklist(['on', 'off'])),
  expire_at: v.optional(moment()),
  remark: v.optional(v.pipe(v.string(), v.maxLength(255))),
}

const ofBot = (world: GroupWorld, bot: string): ReadonlyMap<string, Strategy> =>
  new Map([...world.strategies].filter(([, strategy]) => strategy.bot === bot))

const creationSchema = v.object({ ...targets, ...common })

/** `POST /v2/groups/join_approval_strategy` (§5.8). */
export const createStrategy: Handler<GroupWorld> = groupPrivilege((world, { bot, body }) => {
  const read = readFields(creationSchema, body, 12002)
  if ('code' in read) return refuse(world, read.code)
  const { is_enable: enabled = 'on', expire_at: expiresAt = world.now + YEAR, remark = '' } = read.value
  const target = chosen(read.value)
  if (!target || expiresAt <= world.now || ofBot(world, bot.appId).size >= MAX_STRATEGIES)
    return refuse(world, 12002)
  if (!knowsGroups(world, bot.appId, target.by, target.groups)) return refuse(world, 40034101)
  const strategy: Strategy = {
    id: drawHex(world.random, 24),
    bot: bot.appId,
    by: target.by,
    groups: new Set(target.groups),
    users: new Set(),
    enabled: enabled === 'on',
    expiresAt,
    createdAt: world.now,
    updatedAt: world.now,
    remark,
  }
  world.strategies.set(strategy.id, strategy)
  return ok(shown(strategy))
})

const querySchema = v.object({
  cursor: v.optional(v.string(), ''),
  limit: v.optional(numberText(1, 100), '20'),
})

/** `GET /v2/groups/join_approval_strategy` (§5.8). */
export const listStrategies: Handler<GroupWorld> = groupPrivilege((world, { bot, query }) => {
  const read = readFields(querySchema, Object.fromEntries(query), 12002)
  if ('code' in read) return refuse(world, read.code)
  const { items, next } = pageAfter(ofBot(world, bot.appId), read.value.cursor, read.value.limit)
  return ok({ strategies: items.map(shown), next_cursor: next })
})

/** A call on one strategy of the bot. An unknown strategy has no code of its own. */
const onStrategy = (
  handler: (world: GroupWorld, context: CallContext, strategy: Strategy) => Answer,
): Handler<GroupWorld> =>
  groupPrivilege((world, context) => {
    const strategy = world.strategies.get(context.params[0] ?? '')
    if (strategy?.bot !== context.bot.appId) return refuse(world, 12001)
    return handler(world, context, strategy)
  })

const changeSchema = v.object({
  ...common,
  group_action: v.optional(v.object({ op: v.picklist(['add', 'del']), ...targets })),
})

/** `PATCH …/{strategy_id}` (§5.8). */
export const changeStrategy: Handler<GroupWorld> = onStrategy((world, { bot, body }, strategy) => {
  const read = readFields(changeSchema, body, 12002)
  if ('code' in read) return refuse(world, read.code)
  const { is_enable: enabled, expire_at: expiresAt, remark, group_action: action } = read.value
  if (expiresAt !== undefined && expiresAt <= world.now) return refuse(world, 12002)
  const groups = new Set(strategy.groups)
  if (action) {
    const target = chosen(action)
    if (target?.by !== strategy.by) return refuse(world, 12002)
    if (!knowsGroups(world, bot.appId, target.by, target.groups)) return refuse(world, 40034101)
    for (const id of target.groups) {
      if (action.op === 'add') groups.add(id)
      else groups.delete(id)
    }
    if (groups.size > MAX_GROUPS) return refuse(world, 12002)
  }
  const next: Strategy = {
    ...strategy,
    groups,
    enabled: enabled === undefined ? strategy.enabled : enabled === 'on',
    expiresAt: expiresAt ?? strategy.expiresAt,
    remark: remark ?? strategy.remark,
    updatedAt: world.now,
  }
  world.strategies.set(next.id, next)
  return ok({ is_enable: next.enabled ? 'on' : 'off', expire_at: timestampText(next.expiresAt) })
})

/** `DELETE …/{strategy_id}` (§5.8). */
export const deleteStrategy: Handler<GroupWorld> = onStrategy((world, _context, strategy) => {
  world.strategies.delete(strategy.id)
  return empty(200)
})

/** `POST …/{strategy_id}/execute`: admits all listed applicants, later (§5.8). */
export const executeStrategy: Handler<GroupWorld> = onStrategy((world, _context, strategy) => {
  later(world, EXECUTION, { kind: 'run-strategy', strategy: strategy.id })
  return empty(200)
})

const whitelistSchema = v.object({ op: v.picklist(['add', 'del']), whitelist_users: someTexts(10_000) })

/** Longest list of a strategy; the real limit is not documented. */
const MAX_USERS = 100_000

/** `POST …/{strategy_id}/whitelist_users`: at most 10 000 a call (§5.8). */
export const changeWhitelist: Handler<GroupWorld> = onStrategy((world, { body }, strategy) => {
  const read = readFields(whitelistSchema, body, 12002)
  if ('code' in read) return refuse(world, read.code)
  const { op, whitelist_users: users } = read.value
  if (op === 'add' && strategy.users.size + users.length > MAX_USERS) return refuse(world, 12002)
  for (const user of users) {
    if (op === 'add') strategy.users.add(user)
    else strategy.users.delete(user)
  }
  strategy.updatedAt = world.now
  return ok({
    strategy_id: strategy.id,
    whitelist_user_count: strategy.users.size,
    updated_at: timestampText(strategy.updatedAt),
  })
})
