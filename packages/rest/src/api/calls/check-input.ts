import { type Endpoint, groupLimits, guildLimits, menuLimits } from '@qqkit/protocol'
import * as v from 'valibot'

import { checkShape } from '../../checks/check-shape.js'
import { InvalidRequestError } from '../../errors/invalid-request-error.js'
import { between, choice, open, type Shapes } from './body-shapes.js'
import { channelBodies } from './channel-bodies.js'
import { groupBodies } from './group-bodies.js'
import { guildBodies } from './guild-bodies.js'
import { menuBodies } from './menu-bodies.js'

const page = (most: number) => () => open({ limit: v.optional(between(1, most)) })

/** Queries with limits, by endpoint. */
const queries: Shapes = Object.freeze({
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

const BODIES: Shapes = Object.freeze({ ...groupBodies, ...guildBodies, ...menuBodies, ...channelBodies })

const anyObject = (): v.GenericSchema => open({})
const made = new Map<() => v.GenericSchema, v.GenericSchema>()

const shapeOf = (shapes: Shapes, endpoint: Endpoint): v.GenericSchema => {
  const make = shapes[endpoint] ?? anyObject
  const shape = made.get(make) ?? make()
  made.set(make, shape)
  return shape
}

const PLAIN: ReadonlySet<string> = new Set(['string', 'number', 'boolean', 'undefined'])

/** Refuses query values that would be sent as words like "null" or "[object Object]". */
const checkPlain = (query: object): void => {
  for (const [path, value] of Object.entries(query) as readonly (readonly [string, unknown])[])
    if (!PLAIN.has(typeof value) || Number.isNaN(value))
      throw new InvalidRequestError({ path, hint: 'give a string, a number or a boolean', received: value })
}

const DAY = 86_400_000

/** Members of groups are muted for 30 days at most (§5.8). */
const checkMuteEnds = (body: unknown, wall: number): void => {
  const { members } = body as { readonly members: readonly { readonly mute_expire_at?: string }[] }
  const latest = wall + groupLimits.muteDays * DAY
  for (const [index, { mute_expire_at: end }] of members.entries())
    if (end !== undefined && Date.parse(end) > latest)
      throw new InvalidRequestError({
        path: `members[${index}].mute_expire_at`,
        hint: `at most ${groupLimits.muteDays} days from now`,
        received: end,
        limit: groupLimits.muteDays,
      })
}

/**
 * Checks query and body of a call against the documentation, before any request. Each has to be an object if given.
 *
 * @param wall wall time in ms
 * @throws InvalidRequestError with the path of the first wrong value, and the limit if one was exceeded
 */
export const checkInput = (
  endpoint: Endpoint,
  parts: { readonly query?: unknown; readonly body?: unknown },
  wall: number,
): void => {
  if ('query' in parts) {
    checkShape(shapeOf(queries, endpoint), parts.query, 'query')
    checkPlain(parts.query as object)
  }
  if (!('body' in parts)) return
  checkShape(shapeOf(BODIES, endpoint), parts.body, 'body')
  if (endpoint === 'POST /v2/groups/{group_openid}/restrict_chat_setting') checkMuteEnds(parts.body, wall)
}
