import { GROUP, MEMBER, type Row } from './row.js'

const member = {
  member_openid: MEMBER,
  username: 'ann',
  member_role: 'member',
  bot: false,
  joined_at: '2026-09-01T09:00:00+08:00',
}
const user = { member_openid: MEMBER, username: 'ann', banned_at: '2026-09-01T09:00:00+08:00', bot: false }
const mute = {
  members: [{ op: 'add', member_openid: MEMBER, mute_expire_at: '2026-01-05T00:00:00+08:00' }],
} as const
const strategy = {
  strategy_id: 'st-1',
  group_openids: [GROUP],
  group_ids: ['10****499'],
  whitelist_user_count: 0,
  is_enable: 'on',
  expire_at: '2027-09-01T09:00:00+08:00',
  created_at: '2026-09-01T09:00:00+08:00',
  updated_at: '2026-09-01T09:00:00+08:00',
  remark: '',
}
const change = {
  is_enable: 'off',
  group_action: { op: 'add', group_openids: [GROUP] },
} as const
const approval = { op: 'decline', join_request_id: 'jr_1-x', reject_reason: 'full' } as const

/** §5.8. */
export const groupRows: readonly Row[] = [
  {
    endpoint: 'GET /v2/groups/{group_openid}/info',
    call: (rest) => rest.api.groups.info(GROUP),
    path: `/v2/groups/${GROUP}/info`,
    answer: {
      group_openid: GROUP,
      group_name: 'room',
      group_finger_memo: '',
      group_class_text: '',
      group_tags: [],
      group_member_num: 3,
    },
  },
  {
    endpoint: 'GET /v2/groups/{group_openid}/bot_state',
    call: (rest) => rest.api.groups.botState(GROUP),
    path: `/v2/groups/${GROUP}/bot_state`,
    answer: {
      member_openid: MEMBER,
      joined_at: '2026-09-01T09:00:00+08:00',
      allow_proactive_msg: true,
      recv_msg_setting: 'all',
      member_role: 'admin',
    },
  },
  {
    endpoint: 'GET /v2/groups/{group_openid}/members',
    call: (rest) => rest.api.groupMembers.list(GROUP, { cursor: 'c1' }),
    path: `/v2/groups/${GROUP}/members?cursor=c1`,
    answer: { members: [member], next_cursor: '' },
  },
  {
    endpoint: 'POST /v2/groups/{group_openid}/members',
    call: (rest) => rest.api.groupMembers.oldList(GROUP, { limit: 500, start_index: 0 }),
    path: `/v2/groups/${GROUP}/members`,
    body: { limit: 500, start_index: 0 },
    answer: { members: [{ member_openid: MEMBER, join_timestamp: '1790000000' }], next_index: 0 },
  },
  {
    endpoint: 'GET /v2/groups/{group_openid}/members/{member_openid}',
    call: (rest) => rest.api.groupMembers.get(GROUP, MEMBER),
    path: `/v2/groups/${GROUP}/members/${MEMBER}`,
    answer: member,
  },
  {
    endpoint: 'POST /v2/groups/{group_openid}/batch_remove_members',
    call: (rest) =>
      rest.api.groupMembers.remove(GROUP, { member_openids: [MEMBER], add_to_member_blacklist: true }),
    path: `/v2/groups/${GROUP}/batch_remove_members`,
    body: { member_openids: [MEMBER], add_to_member_blacklist: true },
    answer: { remove_members_result: [], add_to_member_blacklist_fail_openids: [] },
  },
  {
    endpoint: 'GET /v2/groups/{group_openid}/member_blacklist',
    call: (rest) => rest.api.groupBlacklist.list(GROUP, { limit: 100 }),
    path: `/v2/groups/${GROUP}/member_blacklist?limit=100`,
    answer: { users: [user], next_cursor: '' },
  },
  {
    endpoint: 'POST /v2/groups/{group_openid}/member_blacklist',
    call: (rest) => rest.api.groupBlacklist.change(GROUP, { op: 'add', member_openids: [MEMBER] }),
    path: `/v2/groups/${GROUP}/member_blacklist`,
    body: { op: 'add', member_openids: [MEMBER] },
    answer: { fail_openids: [] },
  },
  {
    endpoint: 'GET /v2/groups/{group_openid}/join_request_list',
    call: (rest) => rest.api.joinRequests.list(GROUP, { cursor: 'c', limit: 50 }),
    path: `/v2/groups/${GROUP}/join_request_list?cursor=c&limit=50`,
    answer: { list: [], next_cursor: '' },
  },
  {
    endpoint: 'POST /v2/groups/{group_openid}/approval_join_request/{member_openid}',
    call: (rest) => rest.api.joinRequests.decide(GROUP, MEMBER, approval),
    path: `/v2/groups/${GROUP}/approval_join_request/${MEMBER}`,
    body: approval,
  },
  {
    endpoint: 'GET /v2/groups/{group_openid}/restrict_chat_setting',
    call: (rest) => rest.api.groupMutes.get(GROUP),
    path: `/v2/groups/${GROUP}/restrict_chat_setting`,
    answer: { global_rule: { mode: 'none', schedule_rules: [], recurring_rules: [] }, members: [] },
  },
  {
    endpoint: 'POST /v2/groups/{group_openid}/restrict_chat_setting',
    call: (rest) => rest.api.groupMutes.set(GROUP, mute),
    path: `/v2/groups/${GROUP}/restrict_chat_setting`,
    body: mute,
  },
  {
    endpoint: 'POST /v2/groups/join_approval_strategy',
    call: (rest) => rest.api.joinStrategies.create({ group_openids: [GROUP] }),
    path: '/v2/groups/join_approval_strategy',
    body: { group_openids: [GROUP] },
    answer: { strategy_id: 'st-1', is_enable: 'on', expire_at: strategy.expire_at },
  },
  {
    endpoint: 'GET /v2/groups/join_approval_strategy',
    call: (rest) => rest.api.joinStrategies.list(),
    path: '/v2/groups/join_approval_strategy',
    answer: { strategies: [strategy], next_cursor: '' },
  },
  {
    endpoint: 'PATCH /v2/groups/join_approval_strategy/{strategy_id}',
    call: (rest) => rest.api.joinStrategies.update('st-1', change),
    path: '/v2/groups/join_approval_strategy/st-1',
    body: change,
    answer: { is_enable: 'off', expire_at: strategy.expire_at },
  },
  {
    endpoint: 'DELETE /v2/groups/join_approval_strategy/{strategy_id}',
    call: (rest) => rest.api.joinStrategies.delete('st-1'),
    path: '/v2/groups/join_approval_strategy/st-1',
  },
  {
    endpoint: 'POST /v2/groups/join_approval_strategy/{strategy_id}/execute',
    call: (rest) => rest.api.joinStrategies.execute('st-1'),
    path: '/v2/groups/join_approval_strategy/st-1/execute',
  },
  {
    endpoint: 'POST /v2/groups/join_approval_strategy/{strategy_id}/whitelist_users',
    call: (rest) => rest.api.joinStrategies.changeUsers('st-1', { op: 'add', whitelist_users: ['1'] }),
    path: '/v2/groups/join_approval_strategy/st-1/whitelist_users',
    body: { op: 'add', whitelist_users: ['1'] },
    answer: { strategy_id: 'st-1', whitelist_user_count: 1, updated_at: strategy.updated_at },
  },
]
