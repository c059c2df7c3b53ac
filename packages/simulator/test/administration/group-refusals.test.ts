import { describe, expect, it } from 'vitest'

import { DAY, inRoom } from '../support/group-stage.js'
import { nowText as at } from '../support/guild-stage.js'

const REFUSED: readonly (readonly [
  what: string,
  method: string,
  path: string,
  body: unknown,
  code: number,
])[] = [
  ['a size of 0', 'POST', '/members', { limit: 0, start_index: 0 }, 12002],
  ['a size over 500', 'POST', '/members', { limit: 501 }, 12002],
  ['a stranger', 'GET', '/members/NOBODY', undefined, 10001],
  ['no members to remove', 'POST', '/batch_remove_members', { member_openids: [] }, 12002],
  ['21 to remove', 'POST', '/batch_remove_members', { member_openids: Array(21).fill('A') }, 12002],
  ['a page of the blacklist over 100', 'GET', '/member_blacklist?limit=101', undefined, 12002],
  [
    'an unknown change of the blacklist',
    'POST',
    '/member_blacklist',
    { op: 'set', member_openids: ['A'] },
    12002,
  ],
  [
    '21 for the blacklist',
    'POST',
    '/member_blacklist',
    { op: 'add', member_openids: Array(21).fill('A') },
    12002,
  ],
  ['a page of applications over 50', 'GET', '/join_request_list?limit=51', undefined, 12002],
  ['an unknown verdict', 'POST', '/approval_join_request/A', { op: 'maybe', join_request_id: 'x' }, 12002],
  [
    'an unknown application',
    'POST',
    '/approval_join_request/A',
    { op: 'approve', join_request_id: 'x' },
    10001,
  ],
  ['no members to mute', 'POST', '/restrict_chat_setting', { members: [] }, 12002],
  [
    'a mute without end',
    'POST',
    '/restrict_chat_setting',
    { members: [{ op: 'add', member_openid: 'OWNER' }] },
    12002,
  ],
  [
    'a mute of the owner',
    'POST',
    '/restrict_chat_setting',
    { members: [{ op: 'add', member_openid: 'OWNER', mute_expire_at: '2999-01-01T00:00:00+08:00' }] },
    12002,
  ],
  [
    'a mute of a stranger',
    'POST',
    '/restrict_chat_setting',
    { members: [{ op: 'del', member_openid: 'NOBODY' }] },
    10001,
  ],
]

describe('SM-03 groups (§5.8) refuse', () => {
  it.each(REFUSED)('%s', async (_what, method, path, body, code) =>
    inRoom(async ({ call, at: whole, id }) => {
      const named: unknown =
        body === undefined ? body : JSON.parse(JSON.stringify(body).replace('OWNER', id('owner')))
      expect(await call(method, whole(path), named)).toMatchObject({ status: 400, json: { code } })
    }),
  )

  it('a mute for longer than 30 days, and one that is over', async () =>
    inRoom(async (stage) => {
      const { post, at: path, id } = stage
      for (const ms of [30 * DAY + 1_000, -1_000]) {
        const members = [{ op: 'add', member_openid: id('ann'), mute_expire_at: at(stage, ms) }]
        expect((await post(path('/restrict_chat_setting'), { members })).json).toMatchObject({ code: 12002 })
      }
    }))

  it('groups without the bot (40034101)', async () =>
    inRoom(async ({ call, at: path, sim }) => {
      expect((await call('GET', '/v2/groups/NOWHERE/info')).json).toMatchObject({ code: 40034101 })
      sim.group('room').removeBot()
      expect((await call('GET', path('/info'))).json).toMatchObject({ code: 40034101 })
      sim.group('room').addBot()
      expect((await call('GET', path('/info'))).status).toBe(200)
      expect((await call('GET', path('/bot_state'))).json).toMatchObject({ member_role: 'member' })
    }))

  it.each([
    ['POST', '/batch_remove_members'],
    ['GET', '/member_blacklist'],
    ['POST', '/member_blacklist'],
    ['GET', '/join_request_list'],
    ['POST', '/approval_join_request/A'],
    ['GET', '/restrict_chat_setting'],
    ['POST', '/restrict_chat_setting'],
  ])('%s %s of a bot that is no admin (11282)', async (method, path) =>
    inRoom(async ({ call, at: whole, sim }) => {
      sim.group('room').setBotRole('member')
      const body = method === 'POST' ? {} : undefined
      expect(await call(method, whole(path), body)).toMatchObject({ status: 401, json: { code: 11282 } })
    }),
  )

  it('all calls of a bot without group management (11253)', async () =>
    inRoom(
      async ({ call, at: path }) => {
        const text = 'check app privilege not pass'
        for (const [method, target] of [
          ['GET', path('/info')],
          ['POST', path('/members')],
          ['GET', '/v2/groups/join_approval_strategy'],
          ['POST', '/v2/groups/join_approval_strategy/x/execute'],
        ] as const) {
          const body = method === 'POST' ? {} : undefined
          const answer = await call(method, target, body)
          expect(answer.json).toMatchObject({ code: 11253, message: text })
        }
      },
      { bot: { groupManagement: false } },
    ))

  it.each([
    ['/info', 30],
    ['/bot_state', 30],
    ['/members', 60],
    ['/members/A', 30],
    ['/member_blacklist', 30],
    ['/join_request_list', 30],
    ['/restrict_chat_setting', 30],
  ])('GET %s beyond %i a minute (§2.6)', async (path, count) =>
    inRoom(async ({ call, at: whole, clock }) => {
      for (let n = 0; n < count; n += 1) expect((await call('GET', whole(path))).status).not.toBe(429)
      expect(await call('GET', whole(path))).toMatchObject({ status: 429, json: { code: 22009 } })
      await clock.advance(60_000)
      expect((await call('GET', whole(path))).status).not.toBe(429)
    }),
  )
})
