import { describe, expect, it } from 'vitest'

import { listIn, textIn } from '../support/answers.js'
import { inGuild, type GuildStage } from '../support/guild-stage.js'
import type { WireAnswer } from '../support/wire-client.js'

const COLOR = 4_278_245_297

const created = async ({ post, at }: GuildStage, body: object = { name: 'helpers' }): Promise<string> =>
  textIn(await post(at('/roles'), body), 'role_id')

const rolesOf = async ({ call, at, id }: GuildStage, name: string): Promise<unknown> =>
  (await call('GET', at(`/members/${id(name)}`))).json?.['roles']

describe('roles (§5.11)', () => {
  it('SM-01 four exist from the start', async () =>
    inGuild(async ({ call, at, sim }) => {
      const role = (id: string, name: string, hoist: number, number: number): object => ({
        id,
        name,
        color: COLOR,
        hoist,
        number,
        member_limit: 2_000,
      })
      expect((await call('GET', at('/roles'))).json).toEqual({
        guild_id: sim.guild().id,
        roles: [
          role('1', 'everyone', 0, 4),
          role('2', 'admin', 1, 1),
          role('4', 'owner', 1, 1),
          role('5', 'channel admin', 0, 0),
        ],
        role_num_limit: '30',
      })
    }))

  it('SM-01 are created, changed and deleted', async () =>
    inGuild(async (stage) => {
      const { call, post, at, id, sim } = stage
      const made = await post(at('/roles'), { name: 'helpers', color: 255, hoist: '1' })
      const role = { id: '10000001', name: 'helpers', color: 255, hoist: 1, number: 0, member_limit: 2_000 }
      expect(made).toMatchObject({ status: 200, json: { role_id: '10000001', role } })
      expect(await created(stage, { hoist: 0 })).toBe('10000002')
      await call('PUT', at(`/members/${id('ann')}/roles/10000001`), {})
      const changed = await call('PATCH', at('/roles/10000001'), { name: 'friends', hoist: 0 })
      expect(changed.json).toEqual({
        guild_id: sim.guild().id,
        role_id: '10000001',
        role: { ...role, name: 'friends', hoist: 0, number: 1 },
      })
      expect(await call('DELETE', at('/roles/10000001'))).toMatchObject({ status: 204, text: '' })
      expect(await rolesOf(stage, 'ann')).toEqual(['1'])
      expect(listIn(await call('GET', at('/roles')), 'roles')).toHaveLength(5)
      expect(await created(stage)).toBe('10000003')
    }))

  it('SM-01 are given and taken, with events', async () =>
    inGuild(async (stage) => {
      const { call, at, id, newest } = stage
      const role = await created(stage)
      const bot = String((await call('GET', '/users/@me')).json?.['id'])
      expect(await call('PUT', at(`/members/${id('ann')}/roles/${role}`))).toMatchObject({
        status: 204,
        text: '',
      })
      expect(await rolesOf(stage, 'ann')).toEqual(['1', role])
      expect(await newest('GUILD_MEMBER_UPDATE')).toMatchObject({
        user: { id: id('ann') },
        roles: ['1', role],
        op_user_id: bot,
      })
      expect((await call('DELETE', at(`/members/${id('ann')}/roles/${role}`))).status).toBe(204)
      expect(await rolesOf(stage, 'ann')).toEqual(['1'])
      expect((await call('PUT', at(`/members/${id('bob')}/roles/2`))).status).toBe(204)
      expect(await rolesOf(stage, 'bob')).toEqual(['1', '2'])
    }))

  it('SM-01 role 5 belongs to a channel', async () =>
    inGuild(async (stage) => {
      const { call, at, id, in: path, sim } = stage
      const body = { channel: { id: sim.channel('general').id } }
      const permissions = async (channel: string) =>
        (await call('GET', path(channel, `/members/${id('ann')}/permissions`))).json?.['permissions']
      expect((await call('PUT', at(`/members/${id('ann')}/roles/5`), body)).status).toBe(204)
      expect(await rolesOf(stage, 'ann')).toEqual(['1', '5'])
      expect([await permissions('general'), await permissions('lounge')]).toEqual(['7', '5'])
      expect((await call('DELETE', at(`/members/${id('ann')}/roles/5`), body)).status).toBe(204)
      expect(await rolesOf(stage, 'ann')).toEqual(['1'])
    }))

  it('SM-01 list their members from page to page', async () =>
    inGuild(async ({ call, at, id, sim }) => {
      for (let n = 0; n < 5; n += 1) {
        sim.guild().user(`user ${n}`).join()
        await call('PUT', at(`/members/${id(`user ${n}`)}/roles/2`))
      }
      const names: unknown[] = []
      let start = '0'
      let page: WireAnswer
      do {
        page = await call('GET', at(`/roles/2/members?limit=4&start_index=${start}`))
        names.push(...listIn(page, 'data').map(({ nick }) => nick))
        start = textIn(page, 'next')
      } while (listIn(page, 'data').length > 0)
      expect(names).toEqual(['simulated-bot', 'user 0', 'user 1', 'user 2', 'user 3', 'user 4'])
      expect(start).toBe('6')
      const everyone = await call('GET', at('/roles/1/members?limit=400'))
      expect(listIn(everyone, 'data')).toHaveLength(9)
      expect(listIn(everyone, 'data')[0]).not.toHaveProperty('roles')
    }))
})

describe('SM-03 roles (§5.11) refuse', () => {
  it.each([
    ['nothing', {}],
    ['an empty name', { name: '' }],
    ['a colour that is none', { color: 2 ** 32 }],
    ['a colour as text', { color: 'red' }],
    ['another hoist', { hoist: 2 }],
  ])('%s (12002)', async (_what, body) =>
    inGuild(async (stage) => {
      const role = await created(stage)
      for (const [method, path] of [
        ['POST', '/roles'],
        ['PATCH', `/roles/${role}`],
      ] as const) {
        expect(await stage.call(method, stage.at(path), body)).toMatchObject({
          status: 400,
          json: { code: 12002 },
        })
      }
    }),
  )

  it('a 31st', async () =>
    inGuild(async (stage) => {
      for (let n = 0; n < 30; n += 1) await created(stage)
      expect((await stage.post(stage.at('/roles'), { name: 'x' })).json).toMatchObject({
        code: 12002,
        message: 'too many roles',
      })
    }))

  it('roles that are unknown or cannot be changed', async () =>
    inGuild(async ({ call, at, id }) => {
      const ann = `/members/${id('ann')}/roles`
      const cases = [
        ['PATCH', '/roles/2', { name: 'x' }, 12001],
        ['DELETE', '/roles/99', undefined, 12001],
        ['GET', '/roles/99/members', undefined, 12001],
        ['PUT', `${ann}/99`, {}, 12001],
        ['PUT', `${ann}/1`, {}, 12002],
        ['PUT', `${ann}/4`, {}, 12002],
        ['PUT', `${ann}/5`, {}, 12002],
        ['PUT', `${ann}/5`, { channel: { id: '1' } }, 10003],
        ['PUT', '/members/1/roles/2', {}, 10001],
        ['GET', '/roles/2/members?limit=401', undefined, 12002],
        ['GET', '/roles/2/members?start_index=x', undefined, 12002],
      ] as const
      for (const [method, path, body, code] of cases)
        expect((await call(method, at(path), body)).json, `${method} ${path}`).toMatchObject({ code })
    }))
})

describe('channel permissions (§5.11)', () => {
  it('SM-01 derive from roles until they are set for a member', async () =>
    inGuild(async ({ call, in: path, id, sim }) => {
      const general = sim.channel('general').id
      const of = async (name: string) =>
        (await call('GET', path('general', `/members/${id(name)}/permissions`))).json
      expect(await of('ann')).toEqual({ channel_id: general, user_id: id('ann'), permissions: '5' })
      expect(await of('owner')).toMatchObject({ permissions: '15' })
      const set = await call('PUT', path('general', `/members/${id('ann')}/permissions`), {
        add: '2',
        remove: '4',
      })
      expect(set).toMatchObject({ status: 204, text: '' })
      expect(await of('ann')).toMatchObject({ permissions: '3' })
      expect(await of('bob')).toMatchObject({ permissions: '5' })
    }))

  it('SM-01 of a role apply to its members', async () =>
    inGuild(async (stage) => {
      const { call, at, in: path, id, sim } = stage
      const role = await created(stage)
      await call('PUT', at(`/members/${id('ann')}/roles/${role}`))
      const general = sim.channel('general').id
      expect((await call('GET', path('general', '/roles/1/permissions'))).json).toEqual({
        channel_id: general,
        role_id: '1',
        permissions: '5',
      })
      expect((await call('PUT', path('general', '/roles/1/permissions'), { remove: '4' })).status).toBe(204)
      expect((await call('PUT', path('general', `/roles/${role}/permissions`), { add: '8' })).status).toBe(
        204,
      )
      const of = async (name: string) =>
        (await call('GET', path('general', `/members/${id(name)}/permissions`))).json?.['permissions']
      expect([await of('ann'), await of('bob')]).toEqual(['9', '1'])
    }))

  it.each([
    ['nothing', {}],
    ['a number', { add: 4 }],
    ['a word', { add: 'speak' }],
    ['an unknown bit', { add: '16' }],
  ])('SM-03 refuse %s (301000)', async (_what, body) =>
    inGuild(async ({ call, in: path, id }) => {
      for (const who of [`/members/${id('ann')}`, '/roles/1'])
        expect((await call('PUT', path('general', `${who}/permissions`), body)).json).toMatchObject({
          code: 301000,
        })
    }),
  )

  it('SM-03 refuse strangers, unknown roles and unknown channels', async () =>
    inGuild(async ({ call, in: path, id }) => {
      const code = async (at: string) => (await call('GET', at)).json?.['code']
      expect(await code(path('general', '/members/1/permissions'))).toBe(301006)
      expect(await code(path('general', '/roles/99/permissions'))).toBe(301000)
      expect(await code(`/channels/1/members/${id('ann')}/permissions`)).toBe(10003)
    }))
})
