import { groupLimits, guildLimits, menuLimits } from '@qqkit/protocol'
import * as v from 'valibot'

import { between, choice, open, type Shapes } from './body-shapes.js'

const page = (most: number) => () => open({ limit: v.optional(between(1, most)) })

/** Queries with limits, by endpoint. */
export const queries: Shapes = Object.freeze({
  'GET /users/@me/guilds': page(guildLimits.guildPage),
  'GET /guilds/{guild_id}/members': page(guildLimits.memberPage),
  'GET /guilds/{guild_id}/roles/{role_id}/members': page(guildLimits.memberPage),
  'GET /channels/{channel_id}/messages': page(guildLimits.messagePage),
  'GET /channels/{channel_id}/messages/{message_id}/reactions/{type}/{id}': page(guildLimits.reactionPage),
  'GET /v2/groups/{group_openid}/member_blacklist': page(groupLimits.blacklistPage),
  'GET /v2/groups/{group_openid}/join_request_list': page(groupLimits.joinRequestPage),
  'GET /v2/groups/join_approval_strategy': page(groupLimits.strategyPage),
  'GET /v2/panels': () =>
    open({
      scope: choice('c2c', 'group', 'channel', 'dm'),
      limit: v.optional(between(1, menuLimits.panelPage)),
    }),
})
