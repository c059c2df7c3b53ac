const openid = 'B2B2B2B2B2B2B2B2B2B2B2B2B2B2B2B2'
const member = 'C3C3C3C3C3C3C3C3C3C3C3C3C3C3C3C3'

/** A group message of about 600 bytes, as text. */
export const groupMessage = (seq: number): string =>
  JSON.stringify({
    op: 0,
    s: seq,
    t: 'GROUP_AT_MESSAGE_CREATE',
    id: `GROUP_AT_MESSAGE_CREATE:bench${seq}`,
    d: {
      id: `ROBOT1.0_bench.${seq}!`,
      content: ' /ask what does this cost, and is it worth it? ',
      timestamp: '2026-09-01T09:08:06+08:00',
      message_type: 0,
      group_id: openid,
      group_openid: openid,
      author: { id: member, member_openid: member, member_role: 'member', username: 'ann', bot: false },
      message_scene: { source: 'default', ext: ['msg_idx=REFIDX_bench0002==', 'auth_token=bench'] },
    },
  })
