import { rateLimits, type Endpoint, type RateLimitedRoute } from '@qqkit/protocol'
import { describe, expect, it } from 'vitest'

import type { Rest } from '../../src/index.js'
import { routeClassOf } from '../../src/limits/route-class.js'
import { restHarness } from '../support/rest-harness.js'
import { channelRows } from './tables/channels.js'
import { guildRows } from './tables/guilds.js'
import { CHANNEL, GROUP, GUILD, MEMBER, PERSON, USER } from './tables/row.js'

/** The rows of §2.6, written out by hand: which call draws from which budget. */
const BUDGETS: Readonly<Partial<Record<Endpoint, RateLimitedRoute>>> = {
  'POST /v2/users/{user_openid}/messages': 'c2c.messages',
  'POST /v2/groups/{group_openid}/messages': 'group.messages',
  'POST /v2/users/{user_openid}/stream_messages': 'c2c.stream',
  'POST /v2/users/{user_openid}/files': 'files',
  'POST /v2/groups/{group_openid}/files': 'files',
  'POST /v2/users/{user_openid}/upload_prepare': 'upload.prepare',
  'POST /v2/groups/{group_openid}/upload_prepare': 'upload.prepare',
  'POST /v2/users/{user_openid}/upload_part_finish': 'upload.part',
  'POST /v2/groups/{group_openid}/upload_part_finish': 'upload.part',
  'DELETE /v2/users/{user_openid}/messages/{message_id}': 'c2c.recall',
  'DELETE /v2/groups/{group_openid}/messages/{message_id}': 'group.recall',
  'PUT /interactions/{interaction_id}': 'interactions',
  'GET /users/@me': 'me',
  'POST /v2/generate_url_link': 'share.link',
  'GET /v2/menu': 'menu.read',
  'PUT /v2/menu': 'menu.write',
  'GET /v2/panels': 'panels.read',
  'GET /v2/panels/{panel_id}': 'panels.read',
  'POST /v2/panels': 'panels.write',
  'PUT /v2/panels/{panel_id}': 'panels.write',
  'DELETE /v2/panels/{panel_id}': 'panels.write',
  'PUT /v2/panels/{panel_id}/target': 'panels.target',
  'GET /v2/groups/{group_openid}/info': 'group.info',
  'GET /v2/groups/{group_openid}/bot_state': 'group.bot_state',
  'GET /v2/groups/{group_openid}/join_request_list': 'group.join_requests',
  'GET /v2/groups/{group_openid}/members/{member_openid}': 'group.member',
  'GET /v2/groups/{group_openid}/member_blacklist': 'group.blacklist.read',
  'GET /v2/groups/{group_openid}/restrict_chat_setting': 'group.mute.read',
  'POST /v2/groups/{group_openid}/batch_remove_members': 'group.remove_members',
  'GET /v2/groups/{group_openid}/members': 'group.members',
  'POST /v2/groups/{group_openid}/approval_join_request/{member_openid}': 'group.approval',
  'POST /v2/groups/{group_openid}/restrict_chat_setting': 'group.mute.write',
  'POST /v2/groups/{group_openid}/member_blacklist': 'group.blacklist.write',
  'POST /v2/groups/join_approval_strategy': 'group.approval_strategy',
  'GET /v2/groups/join_approval_strategy': 'group.approval_strategy',
  'PATCH /v2/groups/join_approval_strategy/{strategy_id}': 'group.approval_strategy',
  'DELETE /v2/groups/join_approval_strategy/{strategy_id}': 'group.approval_strategy',
  'POST /v2/groups/join_approval_strategy/{strategy_id}/execute': 'group.approval_strategy',
  'POST /v2/groups/join_approval_strategy/{strategy_id}/whitelist_users': 'group.approval_strategy',
  'POST /channels/{channel_id}/messages': 'channel.messages',
  'POST /guilds/{guild_id}/api_permission/demand': 'api_permission.demand',
}

it.each(Object.entries(BUDGETS))('%s draws from the budget %s', (endpoint, budget) => {
  const [method = '', route = ''] = endpoint.split(' ')
  expect(routeClassOf(method, route)).toBe(budget)
})

/** Guild calls whose limit is documented by name; the other ones of §5.11 are held to it as well (§2.6). */
const NAMED_GUILD_CALLS = [
  'GET /users/@me/guilds',
  'GET /guilds/{guild_id}',
  'GET /guilds/{guild_id}/channels',
  'POST /guilds/{guild_id}/channels',
] as const satisfies readonly Endpoint[]

const GUILD_BUDGETS = Object.keys(rateLimits).filter((name) => /^[A-Z]+ \//.test(name))
const shapeOf = (endpoint: string): string => endpoint.replaceAll(/\{[^{}]*\}/g, '{}')

it.each(GUILD_BUDGETS)('%s has 50 a second of its own', (budget) => {
  const [method = '', route = ''] = budget.split(' ')
  expect(routeClassOf(method, route)).toBe(budget)
  expect(rateLimits[budget as RateLimitedRoute]).toEqual({ requests: 50, windowMs: 1000, per: 'bot' })
})

it('every guild call of §5.11 has a budget', () => {
  expect(GUILD_BUDGETS).toEqual(expect.arrayContaining(NAMED_GUILD_CALLS.map(shapeOf)))
  const budgets = [...guildRows, ...channelRows].map(({ endpoint }) => {
    const [method = '', route = ''] = endpoint.split(' ')
    return routeClassOf(method, route)
  })
  const unlimited = budgets.filter((name) => !Object.hasOwn(rateLimits, name))
  expect(unlimited).toEqual([])
})

it('no documented budget is without a call', () => {
  const drawn = new Set<string>([...Object.values(BUDGETS), ...GUILD_BUDGETS])
  const idle = Object.keys(rateLimits).filter((name) => !drawn.has(name))
  // Creating schedules has two budgets of its own.
  expect(idle.filter((name) => !name.startsWith('schedules.'))).toEqual([])
})

describe('the budgets hold back calls of the tree', () => {
  const demand = { channel_id: CHANNEL, api_identify: { path: '/a', method: 'GET' }, desc: 'x' }
  const CALLS: readonly (readonly [RateLimitedRoute, (api: Rest['api']) => Promise<unknown>])[] = [
    ['menu.write', (api) => api.menu.set({ menu: { items: [] } })],
    ['panels.write', (api) => api.panels.delete('p')],
    ['panels.target', (api) => api.panels.changeTargets('p', { op: 'add', user_openids: [PERSON] })],
    ['group.info', (api) => api.groups.info(GROUP)],
    ['group.members', (api) => api.groupMembers.list(GROUP)],
    ['group.member', (api) => api.groupMembers.get(GROUP, MEMBER)],
    ['group.approval_strategy', (api) => api.joinStrategies.execute('s')],
    ['api_permission.demand', (api) => api.apiPermissions.demand(GUILD, demand)],
    ['GET /guilds/{}', (api) => api.guilds.get(GUILD)],
    ['GET /guilds/{}/channels', (api) => api.channels.list(GUILD)],
    ['PATCH /guilds/{}/mute', (api) => api.guilds.mute(GUILD, { mute_seconds: '0' })],
  ]

  it.each(CALLS)('%s', async (name, call) => {
    const { rest, calls, clock } = restHarness([{ status: 200, body: {} }], { whenLimited: 'reject' })
    const { requests, windowMs } = rateLimits[name]
    for (let count = 0; count < requests; count += 1) await call(rest.api)
    await expect(call(rest.api)).rejects.toMatchObject({ code: 'rate_limited', retryAfter: windowMs })
    expect(calls).toHaveLength(requests)
    await rest.api.members.mute(GUILD, USER, { mute_seconds: '1' })
    // Tokens run out in a day: what is renewed then is no call of ours.
    await clock.advance(windowMs)
    await call(rest.api)
    expect(calls).toHaveLength(requests + 2)
  })

  it('per guild: another guild has a budget of its own', async () => {
    const { rest } = restHarness([{ status: 200, body: {} }], { whenLimited: 'reject' })
    for (let count = 0; count < 3; count += 1) await rest.api.apiPermissions.demand(GUILD, demand)
    await expect(rest.api.apiPermissions.demand(GUILD, demand)).rejects.toMatchObject({
      code: 'rate_limited',
    })
    await rest.api.apiPermissions.demand('2', demand)
  })
})
