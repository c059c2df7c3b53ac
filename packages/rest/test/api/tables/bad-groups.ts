import { many, mute, repeat, type Bad } from './bad.js'
import { GROUP, MEMBER } from './row.js'

/** Wrong calls of §5.8. */
export const badGroups: readonly Bad[] = [
  // §5.8
  [
    'too many to remove',
    (api) => api.groupMembers.remove(GROUP, { member_openids: many(21) }),
    'member_openids',
    20,
  ],
  ['none to remove', (api) => api.groupMembers.remove(GROUP, { member_openids: [] }), 'member_openids', 1],
  [
    'an empty id in a list',
    (api) => api.groupMembers.remove(GROUP, { member_openids: ['a', ''] }),
    'member_openids[1]',
    null,
  ],
  [
    'a page of the older list',
    (api) => api.groupMembers.oldList(GROUP, { limit: 501, start_index: 0 }),
    'limit',
    500,
  ],
  [
    'too many for the blacklist',
    (api) => api.groupBlacklist.change(GROUP, { op: 'add', member_openids: many(21) }),
    'member_openids',
    20,
  ],
  [
    'an unknown operation',
    (api) => api.groupBlacklist.change(GROUP, { op: 'remove' as never, member_openids: ['a'] }),
    'op',
    null,
  ],
  [
    'a decision without id',
    (api) => api.joinRequests.decide(GROUP, MEMBER, { op: 'approve' } as never),
    'join_request_id',
    null,
  ],
  [
    'who is let in, on the blacklist',
    (api) =>
      api.joinRequests.decide(GROUP, MEMBER, {
        op: 'approve',
        join_request_id: 'jr',
        add_to_member_blacklist: true,
      }),
    'body',
    null,
  ],
  [
    'too many mutes',
    (api) => api.groupMutes.set(GROUP, { members: repeat(21, { op: 'del', member_openid: MEMBER }) }),
    'members',
    20,
  ],
  [
    'a mute without end',
    (api) => api.groupMutes.set(GROUP, { members: [{ op: 'add', member_openid: MEMBER }] }),
    'members[0]',
    null,
  ],
  [
    'a mute until nonsense',
    (api) =>
      api.groupMutes.set(GROUP, {
        members: [{ op: 'add', member_openid: MEMBER, mute_expire_at: 'tomorrow' }],
      }),
    'members[0].mute_expire_at',
    null,
  ],
  [
    'a mute of more than 30 days',
    (api) => api.groupMutes.set(GROUP, mute(MEMBER, 30.1)),
    'members[0].mute_expire_at',
    30,
  ],
  ['a strategy for no group', (api) => api.joinStrategies.create({}), 'body', null],
  [
    'a strategy by both kinds of id',
    (api) => api.joinStrategies.create({ group_openids: ['a'], group_ids: [1] }),
    'body',
    null,
  ],
  [
    'a strategy for too many',
    (api) => api.joinStrategies.create({ group_openids: many(101) }),
    'group_openids',
    100,
  ],
  [
    'a long strategy remark',
    (api) => api.joinStrategies.create({ group_ids: [1], remark: 'x'.repeat(256) }),
    'remark',
    255,
  ],
  ['nothing to change', (api) => api.joinStrategies.update('s', {}), 'body', null],
  [
    'too long a list of users',
    (api) => api.joinStrategies.changeUsers('s', { op: 'add', whitelist_users: many(10_001) }),
    'whitelist_users',
    10_000,
  ],
]
