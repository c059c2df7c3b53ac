import * as v from 'valibot'

import { empty, ok, refuse } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { moment, readFields, someText } from '../http/fields.js'
import { timestampText } from '../kernel/time.js'
import { unionOpenidOf } from '../places/groups.js'
import { DAY } from '../rules/limits.js'
import { asGroupAdmin } from './in-group.js'
import type { GroupWorld } from './state.js'

/**
 * `GET /v2/groups/{}/restrict_chat_setting` (§5.8). Only people can set rules for the whole group; the simulator has
 * none.
 */
export const getMutes: Handler<GroupWorld> = asGroupAdmin((world, _context, { group }) =>
  ok({
    // The values of `mode` are not documented.
    global_rule: { mode: 'none', schedule_rules: [], recurring_rules: [] },
    members: [...group.members.values()]
      .filter(({ mutedUntil }) => mutedUntil > world.now)
      .map(({ id, name, mutedUntil }) => ({
        member_openid: id,
        username: name,
        mute_expire_at: timestampText(mutedUntil),
        union_openid: unionOpenidOf(name),
      })),
  }),
)

const MAX_MUTE = 30 * DAY

/** CONFLICT: at most 20 members a call, or 10 in another digest (§5.8). */
const MEMBERS_A_CALL = 20

const changeSchema = v.object({
  members: v.pipe(
    v.array(
      v.variant('op', [
        v.object({ op: v.literal('del'), member_openid: someText(), mute_expire_at: v.optional(v.string()) }),
        v.object({ op: v.picklist(['add', 'update']), member_openid: someText(), mute_expire_at: moment() }),
      ]),
    ),
    v.nonEmpty(),
    v.maxLength(MEMBERS_A_CALL),
  ),
})

/**
 * `POST /v2/groups/{}/restrict_chat_setting`: mutes all named members or none; only ordinary members, at most 30 days
 * (§5.8).
 */
export const setMutes: Handler<GroupWorld> = asGroupAdmin((world, { body }, { group }) => {
  const read = readFields(changeSchema, body, 12002)
  if ('code' in read) return refuse(world, read.code)
  const changes = read.value.members.map((change) => ({
    member: group.members.get(change.member_openid),
    until: change.op === 'del' ? 0 : change.mute_expire_at,
  }))
  for (const { member, until } of changes) {
    if (!member) return refuse(world, 10001)
    const late = until !== 0 && (until <= world.now || until > world.now + MAX_MUTE)
    if (member.role !== 'member' || member.bot || late) return refuse(world, 12002)
  }
  for (const { member, until } of changes) if (member) member.mutedUntil = until
  return empty(200)
})
