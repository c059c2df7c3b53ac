import * as v from 'valibot'

import { ok, refuse } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { numberText, readFields, someTexts } from '../http/fields.js'
import { pageAfter } from '../http/pages.js'
import { putBounded } from '../kernel/bounded-map.js'
import { timestampText } from '../kernel/time.js'
import { unionOpenidOf } from '../places/groups.js'
import type { BlacklistedUser, GroupState } from '../places/state.js'
import { asGroupAdmin } from './in-group.js'
import type { GroupWorld } from './state.js'

/** Puts someone on the blacklist. `false` for members and for unknown openids (§5.8). */
export const blacklist = (world: GroupWorld, group: GroupState, id: string): boolean => {
  const name = group.known.get(id)
  if (name === undefined || group.members.has(id)) return false
  if (!group.blacklist.has(id))
    putBounded(group.blacklist, id, { id, name, bannedAt: world.now }, world.settings.memory)
  return true
}

const shown = ({ id, name, bannedAt }: BlacklistedUser): Readonly<Record<string, unknown>> => ({
  member_openid: id,
  username: name,
  banned_at: timestampText(bannedAt),
  bot: false,
  union_openid: unionOpenidOf(name),
})

const querySchema = v.object({
  cursor: v.optional(v.string(), ''),
  limit: v.optional(numberText(1, 100), '20'),
})

/** `GET /v2/groups/{}/member_blacklist?cursor&limit`: 20 a page, at most 100 (§5.8). */
export const listBlacklist: Handler<GroupWorld> = asGroupAdmin((world, { query }, { group }) => {
  const read = readFields(querySchema, Object.fromEntries(query), 12002)
  if ('code' in read) return refuse(world, read.code)
  const { items, next } = pageAfter(group.blacklist, read.value.cursor, read.value.limit)
  return ok({ users: items.map(shown), next_cursor: next })
})

const changeSchema = v.object({ op: v.picklist(['add', 'del']), member_openids: someTexts(20) })

/** `POST /v2/groups/{}/member_blacklist`: adding fails while the user is in the group (§5.8). */
export const changeBlacklist: Handler<GroupWorld> = asGroupAdmin((world, { body }, { group }) => {
  const read = readFields(changeSchema, body, 12002)
  if ('code' in read) return refuse(world, read.code)
  const { op, member_openids: ids } = read.value
  const change = (id: string): boolean =>
    op === 'add' ? blacklist(world, group, id) : group.blacklist.delete(id)
  return ok({ fail_openids: [...new Set(ids)].filter((id) => !change(id)) })
})
