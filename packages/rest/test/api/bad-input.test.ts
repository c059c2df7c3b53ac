import { describe, expect, it } from 'vitest'

import { InvalidRequestError, type Rest } from '../../src/index.js'
import { restHarness, sent } from '../support/rest-harness.js'
import { badGroups } from './tables/bad-groups.js'
import { badGuilds } from './tables/bad-guilds.js'
import { badMenus } from './tables/bad-menus.js'
import { badParts } from './tables/bad-parts.js'
import { many, menuItem, mute, panelItem, repeat } from './tables/bad.js'
import { CHANNEL, GROUP, GUILD, MEMBER, MESSAGE } from './tables/row.js'

it.each([...badParts, ...badMenus, ...badGroups, ...badGuilds])(
  '%s → a typed error with the path, before any request',
  async (_, call, path, limit) => {
    const { rest, dispatcher } = restHarness([sent()])
    const error: unknown = await call(rest.api).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(InvalidRequestError)
    expect(error).toMatchObject({ code: 'invalid_request', path, limit, delivered: 'no' })
    expect((error as InvalidRequestError).hint).not.toMatch(/Invalid|Expected/)
    expect(dispatcher.seen).toHaveLength(0)
  },
)

describe('what is at the limit goes out', () => {
  const GOOD: readonly (readonly [string, (api: Rest['api']) => Promise<unknown>])[] = [
    ['20 members', (api) => api.groupMembers.remove(GROUP, { member_openids: many(20) })],
    [
      '20 mutes',
      (api) => api.groupMutes.set(GROUP, { members: repeat(20, { op: 'del', member_openid: MEMBER }) }),
    ],
    ['a mute of 30 days', (api) => api.groupMutes.set(GROUP, mute(MEMBER, 30))],
    ['50 applications', (api) => api.joinRequests.list(GROUP, { limit: 50 })],
    ['50 strategies', (api) => api.joinStrategies.list({ limit: 50 })],
    [
      '10 000 users',
      (api) => api.joinStrategies.changeUsers('s', { op: 'add', whitelist_users: many(10_000) }),
    ],
    [
      'who is declined, on the blacklist',
      (api) =>
        api.joinRequests.decide(GROUP, MEMBER, {
          op: 'decline',
          join_request_id: 'jr',
          add_to_member_blacklist: true,
        }),
    ],
    [
      'a menu name of five Chinese characters',
      (api) => api.menu.set({ menu: { items: [{ ...menuItem, name: '一二三四五' }] } }),
    ],
    ['a menu without items', (api) => api.menu.set({ menu: { items: [] } })],
    [
      'an emoji counts as one character',
      (api) => api.panels.update('p', { panel: { items: [{ ...panelItem, name: '😀'.repeat(14) }] } }),
    ],
    [
      'a schedule of which only the name changes',
      (api) => api.schedules.update(CHANNEL, 's', { schedule: { name: 'x' } as never }),
    ],
    ['an empty remark', (api) => api.joinStrategies.update('s', { remark: '' })],
    ['a field that is not known here', (api) => api.roles.create(GUILD, { name: 'a', icon: 'x' } as never)],
    [
      'a link that is an object',
      (api) => api.menu.set({ menu: { items: [{ name: 'a', type: 'link', link: { url: 'x' } }] } }),
    ],
  ]

  it.each(GOOD)('%s', async (_, call) => {
    const { rest, calls } = restHarness([{ status: 200, body: {} }])
    await call(rest.api)
    expect(calls).toHaveLength(1)
  })
})

describe('RS-20 an id cannot change the route', () => {
  const CALLS: readonly (readonly [
    string,
    (api: Rest['api'], id: string) => Promise<unknown>,
    (id: string) => string,
  ])[] = [
    ['a guild', (api, id) => api.guilds.get(id), (id) => `/guilds/${id}`],
    ['a member', (api, id) => api.members.get(GUILD, id), (id) => `/guilds/${GUILD}/members/${id}`],
    ['a message', (api, id) => api.pins.add(CHANNEL, id), (id) => `/channels/${CHANNEL}/pins/${id}`],
    [
      'a member of a group',
      (api, id) => api.groupMembers.get(GROUP, id),
      (id) => `/v2/groups/${GROUP}/members/${id}`,
    ],
    ['a panel', (api, id) => api.panels.delete(id), (id) => `/v2/panels/${id}`],
    [
      'an emoji',
      (api, id) => api.reactions.add(CHANNEL, MESSAGE, { type: 2, id }),
      (id) => `/channels/${CHANNEL}/messages/${MESSAGE}/reactions/2/${id}`,
    ],
  ]
  const ODD: readonly (readonly [string, string])[] = [
    ['a/../../b', 'a%2F..%2F..%2Fb'],
    ['a?b=1', 'a%3Fb%3D1'],
    ['a#b', 'a%23b'],
    ['ROBOT1.0_a!!', 'ROBOT1.0_a%21%21'],
    ['%2e%2e', '%252e%252e'],
  ]

  it.each(CALLS)('%s', async (_, call, path) => {
    for (const [id, encoded] of ODD) {
      const { rest, calls } = restHarness([{ status: 200, body: {} }])
      await call(rest.api, id)
      expect(calls.map((seen) => seen.path)).toEqual([path(encoded)])
    }
    for (const id of ['', '.', '..', 'a\nb', 'a b', undefined as never, null as never, {} as never]) {
      const { rest, dispatcher } = restHarness([{ status: 200, body: {} }])
      await expect(call(rest.api, id)).rejects.toBeInstanceOf(InvalidRequestError)
      expect(dispatcher.seen).toHaveLength(0)
    }
  })
})
