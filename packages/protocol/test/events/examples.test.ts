import { describe, expect, it } from 'vitest'

import type { WireEventName, EventPayloads } from '../../src/index.js'

// The examples of the reference, which the compiler checks against the payload types.
const examples = {
  READY: {
    version: 1,
    session_id: '11111111-2222-4333-8444-555555555555',
    user: { id: '1000000000000000001', username: 'tst-bot', bot: true },
    shard: [0, 1],
  },
  RESUMED: '',
  GROUP_AT_MESSAGE_CREATE: {
    id: 'ROBOT1.0_tst.grp.0001',
    content: ' /ping ',
    timestamp: '2026-09-01T09:08:06+08:00',
    message_type: 103,
    group_id: 'B2',
    group_openid: 'B2',
    author: { id: 'C3', member_openid: 'C3', member_role: 'member', username: 'ann', bot: false },
    mentions: [
      { scope: 'single', is_you: true, bot: true, id: 'D4', member_openid: 'D4', username: 'tst-bot' },
      { scope: 'all' },
    ],
    message_scene: { source: 'default', ext: ['msg_idx=REFIDX_tst0002==', 'ref_msg_idx=REFIDX_tst0000=='] },
    msg_elements: [{ msg_idx: 'REFIDX_tst0000==', message_type: 0, content: 'earlier text' }],
  },
  GROUP_ADD_ROBOT: { timestamp: 1790000001, group_openid: 'B2', op_member_openid: 'C3' },
  GROUP_MEMBER_ADD: { timestamp: 1790000002, group_openid: 'B2', member_openid: 'C3', user_openid: '' },
  FRIEND_ADD: {
    openid: 'A1',
    timestamp: 1790000003,
    scene: 2003,
    scene_param: 'campaign-1',
    short_code: 'tst',
    author: { union_openid: 'E5' },
  },
  GROUP_JOIN_REQUEST: {
    group_openid: 'B2',
    join_request_id: 'long',
    member_openid: 'C3',
    username: 'ann',
    apply_at: '2026-09-01T09:08:06+08:00',
    apply_source: 'self_apply',
    verify_info: { method: 'admin_review_qa', review_qa_list: [{ question: 'q', answer: 'a' }] },
    auto_approved: { strategy_id: 's' },
  },
  SUBSCRIBE_MESSAGE_STATUS: {
    openid: 'A1',
    result: [{ template_id: 1, custom_template_id: 't', op: 1, subscribe_id: 's' }],
  },
  INTERACTION_CREATE: {
    id: '11111111-aaaa-4bbb-8ccc-000000000001',
    application_id: '102000001',
    type: 11,
    version: 1,
    scene: 'group',
    chat_type: 1,
    timestamp: '2026-09-01T09:08:07+08:00',
    group_openid: 'B2',
    group_member_openid: 'C3',
    data: { type: 11, resolved: { button_id: 'b1', button_data: 'buy:1' } },
  },
  AT_MESSAGE_CREATE: {
    id: '08aabbccdd',
    guild_id: '1800000000000000001',
    channel_id: '200001',
    content: '<@!1000000000000000001> hi',
    timestamp: '2026-09-01T09:08:08+08:00',
    seq: 101,
    seq_in_channel: '101',
    author: { id: '1234', username: 'abc', avatar: 'https://example.test/a.png', bot: false },
    member: { nick: 'abc', roles: ['1'], joined_at: '2022-02-03T04:05:06+08:00' },
    mentions: [{ id: '1000000000000000001', username: 'tst-bot', bot: true }],
    attachments: [{ id: '1', url: 'gchat.qpic.cn/qmeetpic/0/0', content_type: 'image/jpeg', size: 99 }],
    message_reference: { message_id: '08aabb' },
  },
  DIRECT_MESSAGE_DELETE: {
    message: { id: '08aa', guild_id: '1', channel_id: '2', direct_message: true, src_guild_id: '3' },
    op_user: { id: '1234' },
  },
  MESSAGE_REACTION_ADD: {
    user_id: '1',
    guild_id: '2',
    channel_id: '3',
    target: { id: '08aa', type: 'ReactionTargetType_MSG' },
    emoji: { id: '277', type: 1 },
  },
  FORUM_THREAD_CREATE: {
    guild_id: 1,
    channel_id: '2',
    author_id: '3',
    thread_info: {
      thread_id: 'B_0X60-1790000005',
      title: '{"paragraphs":[]}',
      content: [{ paragraphs: [] }],
      date_time: '2026-09-01T09:08:08+08:00',
    },
  },
  FORUM_PUBLISH_AUDIT_RESULT: {
    guild_id: '1',
    channel_id: '2',
    author_id: '3',
    thread_id: 'B_0',
    type: 1,
    result: 0,
    err_msg: '',
  },
  AUDIO_OR_LIVE_CHANNEL_MEMBER_ENTER: { guild_id: '1', channel_id: '2', channel_type: 5, user_id: '3' },
} as const satisfies { readonly [T in WireEventName]?: EventPayloads[T] }

describe('payloads', () => {
  it('accept the examples of the reference', () => {
    expect(Object.keys(examples).length).toBe(15)
  })
})
