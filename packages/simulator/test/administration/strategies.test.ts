import { describe, expect, it } from 'vitest'

import { listIn, textIn } from '../support/answers.js'
import { getToken } from '../support/clients.js'
import { onStage, type Stage } from '../support/stage.js'

const PATH = '/v2/groups/join_approval_strategy'
const MINUTE = 60_000
const YEAR = 365 * 86_400_000

const created = async ({ sim, post }: Stage, more: object = {}): Promise<string> => {
  sim.group('room').setBotRole('admin')
  const answer = await post(PATH, { group_openids: [sim.group('room').id], ...more })
  return String(answer.json?.['strategy_id'])
}

const later = ({ clock }: Stage, ms: number): string =>
  `${new Date(clock.wall() + ms + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`

describe('join strategies (§5.8)', () => {
  it('SM-01 are created, listed, changed and deleted', async () =>
    onStage(async (stage) => {
      const { sim, post, call } = stage
      const [room, den] = [sim.group('room'), sim.group('den')]
      const made = await post(PATH, { group_openids: [room.id], remark: 'friends' })
      const strategy = {
        strategy_id: expect.stringMatching(/^[0-9a-f]{24}$/),
        group_openids: [room.id],
        whitelist_user_count: 0,
        is_enable: 'on',
        expire_at: later(stage, YEAR),
        created_at: later(stage, 0),
        updated_at: later(stage, 0),
        remark: 'friends',
      }
      expect(made).toMatchObject({ status: 200, json: strategy })
      const id = String(made.json?.['strategy_id'])
      expect((await call('GET', PATH)).json).toEqual({ strategies: [strategy], next_cursor: '' })

      const until = later(stage, MINUTE)
      const action = { op: 'add', group_openids: [den.id] }
      const changed = await call('PATCH', `${PATH}/${id}`, {
        is_enable: 'off',
        expire_at: until,
        remark: '',
        group_action: action,
      })
      expect(changed.json).toEqual({ is_enable: 'off', expire_at: until })
      await call('PATCH', `${PATH}/${id}`, { group_action: { op: 'del', group_openids: [room.id] } })
      expect((await call('GET', PATH)).json).toMatchObject({
        strategies: [{ group_openids: [den.id], is_enable: 'off', expire_at: until, remark: '' }],
      })

      expect(await call('DELETE', `${PATH}/${id}`)).toMatchObject({ status: 200, text: '' })
      expect(await call('DELETE', `${PATH}/${id}`)).toMatchObject({ status: 400, json: { code: 12001 } })
      expect((await call('GET', PATH)).json).toEqual({ strategies: [], next_cursor: '' })
    }))

  it('SM-01 are listed page by page', async () =>
    onStage(async (stage) => {
      for (let n = 0; n < 3; n += 1) await created(stage)
      const first = await stage.call('GET', `${PATH}?limit=2`)
      expect(listIn(first, 'strategies')).toHaveLength(2)
      const rest = (await stage.call('GET', `${PATH}?limit=2&cursor=${textIn(first, 'next_cursor')}`)).json
      expect(rest).toMatchObject({ strategies: [{}], next_cursor: '' })
    }))

  it('SM-01 are shown with masked group numbers', async () =>
    onStage(async ({ sim, post }) => {
      const { number } = sim.group('room')
      const { json } = await post(PATH, { group_ids: [Number(number), '12345678'] })
      const masked = [`${number.slice(0, 2)}****${number.slice(-3)}`, '12****678']
      expect(json).toMatchObject({ group_ids: masked })
      expect(json).not.toHaveProperty('group_openids')
    }))

  it('SM-01 admit listed people at once', async () =>
    onStage(async (stage) => {
      const { sim, post, call, socket } = stage
      const room = sim.group('room')
      const id = await created(stage)
      const listed = await post(`${PATH}/${id}/whitelist_users`, {
        op: 'add',
        whitelist_users: [room.user('ann').number, room.user('bob').personId, '10001'],
      })
      expect(listed.json).toEqual({ strategy_id: id, whitelist_user_count: 3, updated_at: later(stage, 0) })
      const ann = room.askToJoin('ann')
      expect(ann.strategy).toBe(id)
      const request = await socket.until(({ t }) => t === 'GROUP_JOIN_REQUEST')
      expect(request).toMatchObject({ d: { join_request_id: ann.id, auto_approved: { strategy_id: id } } })
      await socket.until(({ t }) => t === 'GROUP_MEMBER_ADD')
      expect((await call('GET', `/v2/groups/${room.id}/members/${room.user('ann').personId}`)).status).toBe(
        200,
      )
      expect(room.askToJoin('bob').strategy).toBe(id)
      expect(room.askToJoin('cat').strategy).toBeNull()

      const del = { op: 'del', whitelist_users: [room.user('dan').number, '10001'] }
      expect((await post(`${PATH}/${id}/whitelist_users`, del)).json).toMatchObject({
        whitelist_user_count: 2,
      })
    }))

  it('SM-01 admit no one when they are off, expired, or for another group', async () =>
    onStage(async (stage) => {
      const { sim, post, call, clock } = stage
      const id = await created(stage)
      const list = { op: 'add', whitelist_users: ['ann', 'bob', 'cat'].map((name) => sim.user(name).number) }
      await post(`${PATH}/${id}/whitelist_users`, list)
      expect(sim.group('den').askToJoin('ann').strategy).toBeNull()
      await call('PATCH', `${PATH}/${id}`, { is_enable: 'off' })
      expect(sim.group('room').askToJoin('ann').strategy).toBeNull()
      await call('PATCH', `${PATH}/${id}`, { is_enable: 'on', expire_at: later(stage, MINUTE) })
      expect(sim.group('room').askToJoin('bob').strategy).toBe(id)
      await clock.advance(MINUTE)
      expect(sim.group('room').askToJoin('cat').strategy).toBeNull()
    }))

  it('SM-01 admit waiting applicants ten minutes after their execution', async () =>
    onStage(async (stage) => {
      const { sim, post, call, clock, socket } = stage
      const room = sim.group('room')
      const id = await created(stage)
      room.askToJoin('ann')
      room.askToJoin('bob')
      await post(`${PATH}/${id}/whitelist_users`, { op: 'add', whitelist_users: [room.user('ann').number] })
      expect(await post(`${PATH}/${id}/execute`, {})).toMatchObject({ status: 200, text: '' })
      const waiting = async () =>
        listIn(await call('GET', `/v2/groups/${room.id}/join_request_list`), 'list').length
      await clock.advance(10 * MINUTE - 1)
      expect(await waiting()).toBe(2)
      await clock.advance(1)
      expect(await waiting()).toBe(1)
      const came = await socket.until(({ t }) => t === 'GROUP_MEMBER_ADD')
      expect(came.d).toMatchObject({ member_openid: room.user('ann').personId })
    }))
})

describe('SM-03 join strategies (§5.8) refuse', () => {
  it('more than 20 of them', async () =>
    onStage(async (stage) => {
      for (let n = 0; n < 20; n += 1) await created(stage)
      expect((await stage.post(PATH, { group_ids: ['1'] })).json).toMatchObject({ code: 12002 })
    }))

  it.each([
    ['no groups', {}],
    ['both kinds of groups', { group_openids: ['ROOM'], group_ids: ['1'] }],
    ['101 groups', { group_ids: Array(101).fill('1') }],
    ['another switch', { group_ids: ['1'], is_enable: true }],
    ['a date that is none', { group_ids: ['1'], expire_at: 'tomorrow' }],
    ['a date that is over', { group_ids: ['1'], expire_at: '2001-01-01T00:00:00+08:00' }],
    ['a remark over 255 characters', { group_ids: ['1'], remark: 'x'.repeat(256) }],
  ])('%s', async (_what, body) =>
    onStage(async ({ post }) => {
      expect(await post(PATH, body)).toMatchObject({ status: 400, json: { code: 12002 } })
    }),
  )

  it('groups that the bot is not in (40034101)', async () =>
    onStage(async ({ post }) => {
      expect((await post(PATH, { group_openids: ['NOWHERE'] })).json).toMatchObject({ code: 40034101 })
    }))

  it('wrong changes, and those of another bot', async () =>
    onStage(async (stage) => {
      const { call, post, sim, client } = stage
      const id = await created(stage)
      for (const body of [
        { is_enable: 'maybe' },
        { expire_at: '2001-01-01T00:00:00Z' },
        { group_action: { op: 'add', group_ids: ['1'] } },
        { group_action: { op: 'add' } },
      ]) {
        expect((await call('PATCH', `${PATH}/${id}`, body)).json).toMatchObject({ code: 12002 })
      }
      for (const body of [
        { op: 'add', whitelist_users: [] },
        { op: 'put', whitelist_users: ['1'] },
        { op: 'add', whitelist_users: Array.from({ length: 10_001 }, String) },
      ]) {
        expect((await post(`${PATH}/${id}/whitelist_users`, body)).json).toMatchObject({ code: 12002 })
      }
      const token = await getToken(client, sim.addBot())
      expect((await client.call(`${PATH}/${id}`, { method: 'DELETE', token })).json).toMatchObject({
        code: 12001,
      })
    }))

  it('more than 60 calls a minute (§2.6)', async () =>
    onStage(async ({ call }) => {
      for (let n = 0; n < 60; n += 1) expect((await call('GET', PATH)).status).toBe(200)
      expect(await call('GET', PATH)).toMatchObject({ status: 429, json: { code: 22009 } })
    }))
})
