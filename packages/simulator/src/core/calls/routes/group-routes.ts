import { changeBlacklist, listBlacklist } from '../../group/blacklist.js'
import { getBotState, getGroupInfo } from '../../group/group-info.js'
import {
  getGroupMember,
  listGroupMembers,
  listGroupMembersOld,
  removeGroupMembers,
} from '../../group/group-members.js'
import { answerJoinRequest, listJoinRequests } from '../../group/join-requests.js'
import { getMutes, setMutes } from '../../group/mutes.js'
import {
  changeStrategy,
  changeWhitelist,
  createStrategy,
  deleteStrategy,
  executeStrategy,
  listStrategies,
} from '../../group/strategies.js'
import type { Row } from './route.js'

const STRATEGY = '/v2/groups/join_approval_strategy'

/** Group management (§5.8). */
export const groupRoutes: readonly Row[] = [
  ['group.info', 'GET', '/v2/groups/{}/info', getGroupInfo],
  ['group.bot-state', 'GET', '/v2/groups/{}/bot_state', getBotState],
  ['group.members', 'GET', '/v2/groups/{}/members', listGroupMembers],
  ['group.old-members', 'POST', '/v2/groups/{}/members', listGroupMembersOld],
  ['group.member', 'GET', '/v2/groups/{}/members/{}', getGroupMember],
  ['group.remove-members', 'POST', '/v2/groups/{}/batch_remove_members', removeGroupMembers],
  ['group.blacklist', 'GET', '/v2/groups/{}/member_blacklist', listBlacklist],
  ['group.change-blacklist', 'POST', '/v2/groups/{}/member_blacklist', changeBlacklist],
  ['group.join-requests', 'GET', '/v2/groups/{}/join_request_list', listJoinRequests],
  ['group.answer-join-request', 'POST', '/v2/groups/{}/approval_join_request/{}', answerJoinRequest],
  ['group.mutes', 'GET', '/v2/groups/{}/restrict_chat_setting', getMutes],
  ['group.set-mutes', 'POST', '/v2/groups/{}/restrict_chat_setting', setMutes],
  ['strategy.create', 'POST', STRATEGY, createStrategy],
  ['strategy.list', 'GET', STRATEGY, listStrategies],
  ['strategy.change', 'PATCH', `${STRATEGY}/{}`, changeStrategy],
  ['strategy.delete', 'DELETE', `${STRATEGY}/{}`, deleteStrategy],
  ['strategy.execute', 'POST', `${STRATEGY}/{}/execute`, executeStrategy],
  ['strategy.whitelist', 'POST', `${STRATEGY}/{}/whitelist_users`, changeWhitelist],
]
