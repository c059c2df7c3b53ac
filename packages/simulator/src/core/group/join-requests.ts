import * as v from 'valibot'

import { happen } from '../actions/lifecycle.js'
import { empty, ok, refuse } from '../http/answers.js'
import type { Handler } from '../http/call-context.js'
import { numberText, readFields, someText } from '../http/fields.js'
import { pageAfter } from '../http/pages.js'
import { timestampText } from '../kernel/time.js'
import { unionOpenidOf } from '../places/groups.js'
import { personIdOf } from '../places/peers.js'
import type { Application, JoinRequest, Peer } from '../places/state.js'
import { blacklist } from './blacklist.js'
import { asGroupAdmin } from './in-group.js'
import type { GroupWorld } from './state.js'

const verifyInfo = ({ message, answers }: Application): Readonly<Record<string, unknown>> => {
  if (answers) return { verify_info: { method: 'admin_review_qa', review_qa_list: answers } }
  return message === undefined ? {} : { verify_info: { method: 'verify_message', verify_message: message } }
}

/** An application as the list and the event show it (§4.4, §5.8). */
export const joinRequestObject = (peer: Peer, request: JoinRequest): Readonly<Record<string, unknown>> => {
  const { id, name, memberId, at, application } = request
  const { invitedBy } = application
  return {
    group_openid: peer.id,
    join_request_id: id,
    union_openid: unionOpenidOf(name),
    member_openid: memberId,
    username: name,
    apply_at: timestampText(at),
    apply_source: invitedBy === undefined ? 'self_apply' : 'invited',
    ...(invitedBy === undefined ? {} : { invited_by: personIdOf(peer.bot, 'group', peer.name, invitedBy) }),
    bot: false,
    ...verifyInfo(application),
  }
}

const querySchema = v.object({
  cursor: v.optional(v.string(), ''),
  // CONFLICT: at most 50 or 100 (§5.8).
  limit: v.optional(numberText(1, 50), '20'),
})

/** `GET /v2/groups/{}/join_request_list?cursor&limit`: 20 a page (§5.8). */
export const listJoinRequests: Handler<GroupWorld> = asGroupAdmin((world, { query }, { peer, group }) => {
  const read = readFields(querySchema, Object.fromEntries(query), 12002)
  if ('code' in read) return refuse(world, read.code)
  const { items, next } = pageAfter(group.requests, read.value.cursor, read.value.limit)
  return ok({ list: items.map((request) => joinRequestObject(peer, request)), next_cursor: next })
})

const approvalSchema = v.object({
  op: v.picklist(['approve', 'decline']),
  join_request_id: someText(),
  reject_reason: v.optional(v.string()),
  add_to_member_blacklist: v.optional(v.boolean(), false),
})

/** `POST /v2/groups/{}/approval_join_request/{}`: admits or rejects the applicant (§5.8). */
export const answerJoinRequest: Handler<GroupWorld> = asGroupAdmin(
  (world, { bot, params, body }, { peer, group }) => {
    const read = readFields(approvalSchema, body, 12002)
    if ('code' in read) return refuse(world, read.code)
    const { op, join_request_id: id, add_to_member_blacklist: ban } = read.value
    const request = group.requests.get(id)
    if (!request || request.memberId !== params[1]) return refuse(world, 10001)
    group.requests.delete(id)
    if (op === 'approve') happen(world, bot, peer, 'member-join', request.name)
    else if (ban) blacklist(world, group, request.memberId)
    return empty(200)
  },
)
