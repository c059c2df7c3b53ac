import * as v from 'valibot'

import { happen } from '../actions/lifecycle.js'
import { ok, refuse } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { readFields, someTexts } from '../http/fields.js'
import { pageAfter } from '../http/pages.js'
import { timestampText, unixSeconds } from '../kernel/time.js'
import { unionOpenidOf } from '../places/groups.js'
import type { GroupMember } from '../places/state.js'
import { blacklist } from './blacklist.js'
import { asGroupAdmin, inGroup } from './in-group.js'
import type { GroupWorld } from './state.js'

const PAGE = 30

const shown = (member: GroupMember): Readonly<Record<string, unknown>> => ({
  member_openid: member.id,
  username: member.name,
  member_role: member.role,
  bot: member.bot,
  joined_at: timestampText(member.joinedAt),
  ...(member.bot ? {} : { union_openid: unionOpenidOf(member.name) }),
})

/** `GET /v2/groups/{}/members?cursor=`: 30 a page, `""` is the end (§5.8). */
export const listGroupMembers: Handler<GroupWorld> = inGroup((_world, { query }, { group }) => {
  const { items, next } = pageAfter(group.members, query.get('cursor') ?? '', PAGE)
  return ok({ members: items.map(shown), next_cursor: next })
})

const oldPageSchema = v.object({
  limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500)),
  start_index: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
})

/**
 * `POST /v2/groups/{}/members`: the older list, in order of joining. The last `next_index` is not documented; the
 * simulator gives 0.
 */
export const listGroupMembersOld: Handler<GroupWorld> = inGroup((world, { body }, { group }) => {
  const read = readFields(oldPageSchema, body, 12002)
  if ('code' in read) return refuse(world, read.code)
  const { limit, start_index: start } = read.value
  const all = [...group.members.values()]
  const end = start + limit
  return ok({
    members: all.slice(start, end).map((member) => ({
      member_openid: member.id,
      join_timestamp: unixSeconds(member.joinedAt),
    })),
    next_index: end < all.length ? end : 0,
  })
})

/** `GET /v2/groups/{}/members/{}` (§5.8). */
export const getGroupMember: Handler<GroupWorld> = inGroup((world, { params }, { group }) => {
  const member = group.members.get(params[1] ?? '')
  return member ? ok(shown(member)) : refuse(world, 10001)
})

const removalSchema = v.object({
  member_openids: someTexts(20),
  add_to_member_blacklist: v.optional(v.boolean(), false),
})

/**
 * `POST /v2/groups/{}/batch_remove_members` (§5.8): only ordinary members. The shape of `remove_members_result` is not
 * documented; the simulator gives one entry per openid.
 */
export const removeGroupMembers: Handler<GroupWorld> = asGroupAdmin(
  (world, { bot, body }, { peer, group }) => {
    const read = readFields(removalSchema, body, 12002)
    if ('code' in read) return refuse(world, read.code)
    const { member_openids: ids, add_to_member_blacklist: ban } = read.value
    const failed: string[] = []
    const result = [...new Set(ids)].map((id) => {
      const member = group.members.get(id)
      const removed = member?.role === 'member' && !member.bot
      if (removed) happen(world, bot, peer, 'member-leave', member.name)
      if (ban && !(removed && blacklist(world, group, id))) failed.push(id)
      return { member_openid: id, success: removed }
    })
    return ok({ remove_members_result: result, add_to_member_blacklist_fail_openids: failed })
  },
)
