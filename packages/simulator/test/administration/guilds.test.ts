import { describe, expect, it } from 'vitest'

import { inGuild } from '../support/guild-stage.js'

const guildObject = (id: string, name: string, members: number): object => ({
  id,
  name,
  icon: 'https://example.test/guild.png',
  owner_id: expect.stringMatching(/^1\d{18}$/),
  owner: false,
  member_count: members,
  max_members: 300,
  description: '',
  joined_at: expect.stringMatching(/\+08:00$/),
})

const idsOf = (json: unknown): readonly string[] =>
  (json as readonly { readonly id: string }[]).map(({ id }) => id)

describe('guilds (§5.1, §5.11)', () => {
  it('SM-01 describe themselves', async () =>
    inGuild(async ({ call, at, sim }) => {
      expect((await call('GET', at())).json).toEqual(guildObject(sim.guild().id, 'guild', 4))
      sim.guild().user('cat').join()
      expect((await call('GET', at())).json).toMatchObject({ member_count: 5 })
      expect(await call('GET', '/guilds/1')).toMatchObject({ status: 400, json: { code: 10004 } })
    }))

  it('SM-01 are listed by id, after or before an id', async () =>
    inGuild(async ({ call, sim }) => {
      for (const name of ['art', 'music', 'games']) sim.guild(name).addBot()
      const list = async (query: string) => idsOf((await call('GET', `/users/@me/guilds${query}`)).json)
      const all = await list('')
      expect(all).toEqual(all.toSorted())
      expect(all).toHaveLength(4)
      const [first = '', second = '', third = '', fourth = ''] = all
      expect(await list('?limit=2')).toEqual([first, second])
      expect(await list(`?limit=2&after=${second}`)).toEqual([third, fourth])
      expect(await list(`?after=${fourth}`)).toEqual([])
      expect(await list(`?limit=2&before=${fourth}`)).toEqual([third, second])
      expect(await list(`?before=${second}&after=${fourth}`)).toEqual([first])
      for (const limit of ['0', '101', 'x', ''])
        expect((await call('GET', `/users/@me/guilds?limit=${limit}`)).json).toMatchObject({ code: 12002 })
    }))
})

const channelObject = (id: string, guild: string, name: string, position: number): object => ({
  id,
  guild_id: guild,
  name,
  type: 0,
  sub_type: 0,
  position,
  parent_id: '',
  owner_id: expect.stringMatching(/^1\d{18}$/),
  private_type: 0,
  speak_permission: 1,
})

describe('channels (§5.11)', () => {
  it('SM-01 are listed in their order, and shown with the bot’s permissions', async () =>
    inGuild(async ({ call, at, in: path, sim }) => {
      const [one, two] = [sim.channel('one').id, sim.channel('two').id]
      const guild = sim.guild().id
      const shown = [channelObject(one, guild, 'one', 1), channelObject(two, guild, 'two', 2)]
      expect((await call('GET', at('/channels'))).json).toEqual(shown)
      expect((await call('GET', path('two'))).json).toEqual({ ...shown[1], permissions: '15' })
      await call('PATCH', path('two'), { position: 1 })
      await call('PATCH', path('one'), { position: 2 })
      expect(idsOf((await call('GET', at('/channels'))).json)).toEqual([two, one])
      expect((await call('GET', '/channels/1')).json).toMatchObject({ code: 10003 })
    }))

  it('SM-01 are created, changed and deleted, with events', async () =>
    inGuild(async ({ call, post, at, in: path, sim, newest, id, socket }) => {
      const bot = String((await call('GET', '/users/@me')).json?.['id'])
      const folder = await post(at('/channels'), { name: 'folder', type: 4, position: 2 })
      const made = await post(at('/channels'), {
        name: 'news',
        type: 0,
        sub_type: 1,
        position: 7,
        parent_id: folder.json?.['id'],
        private_type: 2,
        private_user_ids: [id('ann')],
        speak_permission: 2,
        application_id: '1000000',
      })
      const news = {
        ...channelObject(sim.channel('news').id, sim.guild().id, 'news', 7),
        sub_type: 1,
        parent_id: folder.json?.['id'],
        private_type: 2,
        speak_permission: 2,
        application_id: '1000000',
      }
      expect(made).toMatchObject({ status: 200, json: news })
      await socket.until(({ t, d }) => t === 'CHANNEL_CREATE' && JSON.stringify(d).includes('news'))
      expect(await newest('CHANNEL_CREATE')).toEqual({ ...news, op_user_id: bot })

      const change = { name: 'old news', position: 3, parent_id: '', private_type: 0, speak_permission: 1 }
      const changed = { ...news, ...change }
      expect((await call('PATCH', path('news'), change)).json).toEqual(changed)
      expect(await newest('CHANNEL_UPDATE')).toEqual({ ...changed, op_user_id: bot })

      expect(await call('DELETE', path('news'))).toMatchObject({ status: 200, text: '' })
      expect(await newest('CHANNEL_DELETE')).toEqual({ ...changed, op_user_id: bot })
      expect((await call('GET', path('news'))).json).toMatchObject({ code: 10003 })
      expect((await post(path('news', '/messages'), { content: 'x' })).json).toMatchObject({ code: 10003 })
      expect((await post(at('/channels'), { name: 'news', type: 0 })).status).toBe(200)
      expect((await call('GET', path('news'))).json).toMatchObject({ name: 'news', sub_type: 0 })
    }))

  it('SM-01 may share a name, and accept the older name of speak_permission', async () =>
    inGuild(async ({ call, post, at }) => {
      const body = { name: 'twin', type: 0, speaking_permission: 2 }
      const [one, two] = [await post(at('/channels'), body), await post(at('/channels'), body)]
      expect(one.json).toMatchObject({ speak_permission: 2 })
      expect(two.json?.['id']).not.toBe(one.json?.['id'])
      expect((await call('GET', at('/channels'))).json).toMatchObject([{ name: 'twin' }, { name: 'twin' }])
      for (const { json } of [one, two])
        expect((await post(`/channels/${String(json?.['id'])}/messages`, { content: 'hi' })).status).toBe(200)
    }))

  it('SM-01 do not accumulate after their removal', async () =>
    inGuild(
      async ({ call, post, at, sim }) => {
        for (let n = 0; n < 80; n += 1) {
          const made = await post(at('/channels'), { name: `channel ${n}`, type: 0 })
          await call('DELETE', `/channels/${String(made.json?.['id'])}`)
        }
        expect(sim.snapshot().peers.length).toBeLessThanOrEqual(51)
      },
      { memory: 50 },
    ))

  it('SM-01 can be created by people with any type', async () =>
    inGuild(async ({ call, in: path, sim, newest }) => {
      sim.channel('forum').create('ann', { type: 10_007, position: 9 })
      expect(await newest('CHANNEL_CREATE')).toMatchObject({
        type: 10_007,
        op_user_id: sim.guild().user('ann').id,
      })
      expect((await call('GET', path('forum'))).json).toMatchObject({ type: 10_007, position: 9 })
    }))

  it.each([
    ['without a name', { type: 0 }],
    ['with an empty name', { name: '', type: 0 }],
    ['without a type', { name: 'x' }],
    ['with a type that is none', { name: 'x', type: 'text' }],
    ['in place 0', { name: 'x', type: 0, position: 0 }],
    ['with another privacy', { name: 'x', type: 0, private_type: 3 }],
    ['for people that are none', { name: 'x', type: 0, private_user_ids: [1] }],
  ])('SM-03 are not made %s (12002)', async (_what, body) =>
    inGuild(async ({ post, at }) => {
      expect(await post(at('/channels'), body)).toMatchObject({ status: 400, json: { code: 12002 } })
    }),
  )

  it('SM-03 are not created below a channel that is no category, nor beyond 500', async () =>
    inGuild(async ({ post, call, at, in: path, sim }) => {
      const parent_id = sim.channel('general').id
      expect((await post(at('/channels'), { name: 'x', type: 0, parent_id })).json).toMatchObject({
        code: 10003,
      })
      expect((await call('PATCH', path('general'), { parent_id })).json).toMatchObject({ code: 10003 })
      expect((await call('PATCH', path('general'), { name: '' })).json).toMatchObject({ code: 12002 })
      for (let n = 1; n < 500; n += 1) void sim.channel(`channel ${n}`).id
      expect((await post(at('/channels'), { name: 'x', type: 0 })).json).toMatchObject({ code: 301007 })
    }))
})
