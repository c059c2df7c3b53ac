import { ok } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { timestampText } from '../kernel/time.js'
import { botMember } from '../places/groups.js'
import { inGroup } from './in-group.js'
import type { GroupWorld } from './state.js'

/** `GET /v2/groups/{}/info` (§5.8). */
export const getGroupInfo: Handler<GroupWorld> = inGroup((_world, _context, { peer, group }) =>
  ok({
    group_openid: peer.id,
    group_name: peer.name,
    group_finger_memo: '',
    group_class_text: '',
    group_tags: [],
    group_member_num: group.members.size,
  }),
)

/** `GET /v2/groups/{}/bot_state` (§5.8). `mention_and_context` is not modelled. */
export const getBotState: Handler<GroupWorld> = inGroup((world, _context, { peer }) => {
  const member = botMember(world, peer)
  return ok({
    member_openid: member?.id ?? '',
    joined_at: timestampText(member?.joinedAt ?? world.now),
    allow_proactive_msg: peer.accepts,
    recv_msg_setting: peer.hearsAll ? 'all' : 'only_mention',
    member_role: member?.role ?? 'member',
  })
})
