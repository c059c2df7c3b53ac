import { groupLimits } from '@qqkit/protocol'
import * as v from 'valibot'

import { atMost, filled, flag, listOf, text } from '../../checks/shapes.js'
import { between, choice, dateTime, oneOf, open, type Shapes, someOf } from './body-shapes.js'

const op = () => choice('add', 'del')
const groups = () => v.optional(listOf(filled, groupLimits.strategyGroups, 'group'))
// Ids of groups come as numbers and as text (§5.8).
const groupNumbers = () =>
  v.optional(listOf(v.union([filled, v.number()], 'give ids'), groupLimits.strategyGroups, 'group'))

const strategy = () => ({
  is_enable: v.optional(choice('on', 'off')),
  expire_at: v.optional(text),
  remark: v.optional(atMost(groupLimits.strategyRemarkLength)),
})

const mute = () =>
  v.pipe(
    open({
      op: choice('add', 'update', 'del'),
      member_openid: filled,
      mute_expire_at: v.optional(dateTime),
    }),
    v.check((rule) => rule.op === 'del' || rule.mute_expire_at !== undefined, 'give mute_expire_at'),
  )

/** Bodies of group management (§5.8). */
export const groupBodies: Shapes = Object.freeze({
  'POST /v2/groups/{group_openid}/members': () =>
    open({ limit: between(1, groupLimits.oldMemberPage), start_index: between(0, Number.MAX_SAFE_INTEGER) }),
  'POST /v2/groups/{group_openid}/batch_remove_members': () =>
    open({
      member_openids: listOf(filled, groupLimits.removePerCall, 'member'),
      add_to_member_blacklist: v.optional(flag),
    }),
  'POST /v2/groups/{group_openid}/member_blacklist': () =>
    open({ op: op(), member_openids: listOf(filled, groupLimits.blacklistPerCall, 'member') }),
  'POST /v2/groups/{group_openid}/approval_join_request/{member_openid}': () =>
    v.pipe(
      open({
        op: choice('approve', 'decline'),
        join_request_id: filled,
        reject_reason: v.optional(text),
        add_to_member_blacklist: v.optional(flag),
      }),
      v.check(
        ({ op, add_to_member_blacklist: blacklist }) => !(op === 'approve' && blacklist === true),
        'only who is declined can be put on the blacklist: leave add_to_member_blacklist out',
      ),
    ),
  'POST /v2/groups/{group_openid}/restrict_chat_setting': () =>
    open({ members: listOf(mute(), groupLimits.mutePerCall, 'member') }),
  'POST /v2/groups/join_approval_strategy': () =>
    oneOf(
      { ...strategy(), group_openids: groups(), group_ids: groupNumbers() },
      'group_openids',
      'group_ids',
    ),
  'PATCH /v2/groups/join_approval_strategy/{strategy_id}': () =>
    someOf(
      {
        ...strategy(),
        group_action: v.optional(
          oneOf(
            { op: op(), group_openids: groups(), group_ids: groupNumbers() },
            'group_openids',
            'group_ids',
          ),
        ),
      },
      'is_enable',
      'expire_at',
      'remark',
      'group_action',
    ),
  'POST /v2/groups/join_approval_strategy/{strategy_id}/whitelist_users': () =>
    open({ op: op(), whitelist_users: listOf(filled, groupLimits.strategyWhitelistPerCall, 'user') }),
})
