import { describe, expect, it } from 'vitest'

import { getToken, identified, memoryClient } from '../clients.js'
import { inGuild, nowText } from './guild-stage.js'

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
  it('SM-01 tell what they are', async () =>
    inGuild(async ({ call, at, sim }) => {
      expect((await call('GET', at())).json).toEqual(guildObject(sim.guild().id, 'guild', 4))
      sim.guild().user('cat').join()
      expect((await call('GET', at())).json).toMatchObject({ member_count: 5 })
      expect(await call('GET', '/guilds/1')).toMatchObject({ status: 400, json: { code: 10004 } })
    }))

  it('SM-01 are listed by id, after one or before one', async () =>
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

  it('SM-01 are made, changed and deleted, and the bot hears of it', async () =>
    inGuild(async ({ call, post, at, in: path, sim, told, id, socket }) => {
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
      expect(await told('CHANNEL_CREATE')).toEqual({ ...news, op_user_id: bot })

      const change = { name: 'old news', position: 3, parent_id: '', private_type: 0, speak_permission: 1 }
      const changed = { ...news, ...change }
      expect((await call('PATCH', path('news'), change)).json).toEqual(changed)
      expect(await told('CHANNEL_UPDATE')).toEqual({ ...changed, op_user_id: bot })

      expect(await call('DELETE', path('news'))).toMatchObject({ status: 200, text: '' })
      expect(await told('CHANNEL_DELETE')).toEqual({ ...changed, op_user_id: bot })
      expect((await call('GET', path('news'))).json).toMatchObject({ code: 10003 })
      expect((await post(path('news', '/messages'), { content: 'x' })).json).toMatchObject({ code: 10003 })
      expect((await post(at('/channels'), { name: 'news', type: 0 })).status).toBe(200)
      expect((await call('GET', path('news'))).json).toMatchObject({ name: 'news', sub_type: 0 })
    }))

  it('SM-01 may have one name twice, and take the older name of speak_permission', async () =>
    inGuild(async ({ call, post, at }) => {
      const body = { name: 'twin', type: 0, speaking_permission: 2 }
      const [one, two] = [await post(at('/channels'), body), await post(at('/channels'), body)]
      expect(one.json).toMatchObject({ speak_permission: 2 })
      expect(two.json?.['id']).not.toBe(one.json?.['id'])
      expect((await call('GET', at('/channels'))).json).toMatchObject([{ name: 'twin' }, { name: 'twin' }])
      for (const { json } of [one, two])
        expect((await post(`/channels/${String(json?.['id'])}/messages`, { content: 'hi' })).status).toBe(200)
    }))

  it('SM-01 can be made by people as what they are', async () =>
    inGuild(async ({ call, in: path, sim, told }) => {
      sim.channel('forum').create('ann', { type: 10_007, position: 9 })
      expect(await told('CHANNEL_CREATE')).toMatchObject({
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

  it('SM-03 are not made below what is no category, nor beyond 500', async () =>
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

describe('members (§5.11)', () => {
  it('SM-01 are shown with nick, roles and the day they came', async () =>
    inGuild(async (stage) => {
      const { call, at, id, sim, told } = stage
      sim.guild().user('ann').update({ nick: 'Annie' })
      const ann = {
        user: { id: id('ann'), username: 'ann', avatar: 'https://example.test/avatar.png', bot: false },
        nick: 'Annie',
        roles: ['1'],
        joined_at: nowText(stage),
      }
      expect((await call('GET', at(`/members/${id('ann')}`))).json).toEqual(ann)
      expect(await told('GUILD_MEMBER_UPDATE')).toEqual({
        guild_id: sim.guild().id,
        ...ann,
        op_user_id: id('ann'),
      })
      expect((await call('GET', at(`/members/${id('owner')}`))).json).toMatchObject({ roles: ['1', '4'] })
      expect(await call('GET', at('/members/1'))).toMatchObject({ status: 400, json: { code: 10001 } })
      sim.channel('general').user('cat').say('I am here too')
      expect((await call('GET', at(`/members/${id('cat')}`))).json).toMatchObject({ nick: 'cat' })
    }))

  it('SM-01 are listed by the last user id until a page is empty', async () =>
    inGuild(async ({ call, at, sim }) => {
      for (let n = 0; n < 10; n += 1) sim.guild().user(`user ${n}`).join()
      const seen: string[] = []
      let pages = 0
      for (let after = '0', more = true; more; pages += 1) {
        const { json } = await call('GET', at(`/members?limit=4&after=${after}`))
        const ids = (json as unknown as readonly { readonly user: { readonly id: string } }[]).map(
          ({ user }) => user.id,
        )
        seen.push(...ids)
        after = ids.at(-1) ?? after
        more = ids.length > 0
      }
      expect(pages).toBe(5)
      expect(seen).toEqual([...new Set(seen)].toSorted())
      expect(seen).toHaveLength(14)
      expect((await call('GET', at('/members'))).json).toHaveLength(1)
      for (const limit of ['0', '401', '-1'])
        expect((await call('GET', at(`/members?limit=${limit}`))).json).toMatchObject({ code: 12002 })
    }))

  it('SM-01 are removed, kept out, and what they said goes with them', async () =>
    inGuild(async ({ call, at, in: path, id, sim, told, socket, clock }) => {
      const general = sim.channel('general')
      const old = general.user('ann').say('long ago').id
      await clock.advance(4 * 86_400_000)
      const recent = general.user('ann').say('just now').id
      const other = general.user('bob').say('me too').id
      const body = { add_blacklist: true, delete_history_msg_days: 3 }
      expect(await call('DELETE', at(`/members/${id('ann')}`), body)).toMatchObject({ status: 204, text: '' })
      const bot = String((await call('GET', '/users/@me')).json?.['id'])
      expect(await told('GUILD_MEMBER_REMOVE')).toMatchObject({ user: { id: id('ann') }, op_user_id: bot })
      const gone = await socket.until(({ t }) => t === 'PUBLIC_MESSAGE_DELETE')
      expect(gone.d).toEqual({
        message: {
          id: recent,
          guild_id: sim.guild().id,
          channel_id: general.id,
          author: { id: id('ann'), username: 'ann', bot: false },
        },
        op_user: { id: bot },
      })
      const status = async (message: string) =>
        (await call('GET', path('general', `/messages/${message}`))).status
      expect([await status(old), await status(recent), await status(other)]).toEqual([200, 400, 200])
      expect(() => sim.guild().user('ann').join()).toThrow(/blacklist/)
      expect((await call('GET', at(`/members/${id('ann')}`))).json).toMatchObject({ code: 10001 })

      await call('DELETE', at(`/members/${id('bob')}`), { delete_history_msg_days: -1 })
      expect(await status(other)).toBe(400)
      sim.guild().user('bob').join()
      await call('DELETE', at(`/members/${id('bob')}`))
      expect((await call('GET', at(`/members/${id('bob')}`))).json).toMatchObject({ code: 10001 })
    }))

  it('SM-03 are not removed in other ways', async () =>
    inGuild(async ({ call, at, id }) => {
      const remove = async (who: string, body?: object) => call('DELETE', at(`/members/${who}`), body)
      expect((await remove('1')).json).toMatchObject({ code: 10001 })
      expect((await remove(id('owner'))).json).toMatchObject({ code: 11282 })
      for (const body of [{ delete_history_msg_days: 5 }, { add_blacklist: 'yes' }])
        expect((await remove(id('ann'), body)).json).toMatchObject({ code: 12002 })
    }))
})

describe('mutes (§5.11)', () => {
  it('SM-01 concern one member, until the end that is given or for a time', async () =>
    inGuild(async ({ call, at, id, sim, clock }) => {
      const mute = async (body: object) => call('PATCH', at(`/members/${id('ann')}/mute`), body)
      const ann = sim.channel('general').user('ann')
      expect(await mute({ mute_seconds: '60' })).toMatchObject({ status: 204, text: '' })
      expect(() => ann.say('mmm')).toThrow(/muted/)
      await clock.advance(60_000)
      expect(ann.say('ah').id).not.toBe('')
      const end = String(Math.floor(clock.wall() / 1000) + 30)
      expect((await mute({ mute_end_timestamp: end, mute_seconds: '3600' })).status).toBe(204)
      await clock.advance(29_000)
      expect(() => ann.say('mmm')).toThrow(/muted/)
      expect((await mute({ mute_end_timestamp: '0', mute_seconds: '60' })).status).toBe(204)
      expect(ann.say('ah').id).not.toBe('')
    }))

  it('SM-01 concern some members, and tell for whom it worked', async () =>
    inGuild(async ({ call, at, id, sim }) => {
      const user_ids = [id('ann'), id('owner'), '1', id('bob')]
      const muted = await call('PATCH', at('/mute'), { mute_seconds: '60', user_ids })
      expect(muted).toMatchObject({ status: 200, json: { user_ids: [id('ann'), id('bob')] } })
      expect(() => sim.channel('general').user('bob').say('mmm')).toThrow(/muted/)
    }))

  it('SM-01 concern everyone but admins', async () =>
    inGuild(async ({ call, at, sim }) => {
      expect(await call('PATCH', at('/mute'), { mute_seconds: '60' })).toMatchObject({
        status: 204,
        text: '',
      })
      expect(() => sim.channel('general').user('cat').say('mmm')).toThrow(/muted/)
      expect(sim.channel('general').user('owner').say('quiet!').id).not.toBe('')
      await call('PATCH', at('/mute'), { mute_seconds: '0' })
      expect(sim.channel('general').user('cat').say('ah').id).not.toBe('')
    }))

  it.each([
    ['no time', '/mute', {}, 502005],
    ['a number', '/mute', { mute_seconds: 60 }, 502005],
    ['a word', '/members/ANN/mute', { mute_seconds: 'long' }, 502005],
    ['an end that is over', '/members/ANN/mute', { mute_end_timestamp: '1' }, 502006],
    ['nobody', '/mute', { mute_seconds: '1', user_ids: [] }, 502004],
    ['no ids', '/mute', { mute_seconds: '1', user_ids: 'ann' }, 502003],
    ['a stranger', '/members/1/mute', { mute_seconds: '1' }, 502003],
  ])('SM-03 refuse %s', async (_what, path, body, code) =>
    inGuild(async ({ call, at, id }) => {
      const answer = await call('PATCH', at(path.replace('ANN', id('ann'))), body)
      expect(answer).toMatchObject({ status: 400, json: { code } })
    }),
  )

  it('SM-03 of a guild that is none have a code of their own', async () =>
    inGuild(async ({ call }) => {
      expect((await call('PATCH', '/guilds/1/mute', {})).json).toMatchObject({ code: 502001 })
    }))
})

const ADMINISTRATION: readonly (readonly [method: string, path: string])[] = [
  ['POST', 'GUILD/channels'],
  ['PATCH', 'CHANNEL'],
  ['DELETE', 'CHANNEL'],
  ['DELETE', 'GUILD/members/ANN'],
  ['PATCH', 'GUILD/mute'],
  ['PATCH', 'GUILD/members/ANN/mute'],
  ['POST', 'GUILD/roles'],
  ['PATCH', 'GUILD/roles/2'],
  ['DELETE', 'GUILD/roles/2'],
  ['PUT', 'GUILD/members/ANN/roles/2'],
  ['DELETE', 'GUILD/members/ANN/roles/2'],
  ['PUT', 'CHANNEL/members/ANN/permissions'],
  ['PUT', 'CHANNEL/roles/2/permissions'],
]

const PRIVATE: readonly (readonly [method: string, path: string])[] = [
  ['POST', 'GUILD/channels'],
  ['PATCH', 'CHANNEL'],
  ['DELETE', 'CHANNEL'],
  ['GET', 'GUILD/members'],
  ['GET', 'GUILD/roles/2/members'],
  ['DELETE', 'GUILD/members/ANN'],
]

describe('SM-03 who may administer (§2.8, §5.11)', () => {
  it.each(ADMINISTRATION)('%s %s: not a bot that is no admin (11282)', async (method, path) =>
    inGuild(async ({ call, at, in: inChannel, id, sim }) => {
      sim.guild().setBotRole('member')
      const whole = path
        .replace('GUILD', at())
        .replace('CHANNEL', inChannel('general'))
        .replace('ANN', id('ann'))
      const answer = await call(method, whole, method === 'DELETE' ? undefined : {})
      expect(answer).toMatchObject({ status: 401, json: { code: 11282 } })
    }),
  )

  it.each(PRIVATE)('%s %s: not a public-domain bot (11253)', async (method, path) => {
    const client = await memoryClient({ bot: { privateDomain: false } })
    const token = await getToken(client)
    await identified(client, token)
    const { sim } = client
    const whole = path
      .replace('GUILD', `/guilds/${sim.guild().id}`)
      .replace('CHANNEL', `/channels/${sim.channel('general').id}`)
      .replace('ANN', sim.guild().user('ann').id)
    const answer = await client.call(whole, { method, token, ...(method === 'POST' ? { body: {} } : {}) })
    expect(answer.json).toMatchObject({ code: 11253, message: 'check app privilege not pass' })
    await client.close()
  })
})
