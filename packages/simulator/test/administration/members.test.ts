import { describe, expect, it } from 'vitest'

import { getToken, identified, memoryClient } from '../support/clients.js'
import { inGuild, nowText } from '../support/guild-stage.js'

describe('members (§5.11)', () => {
  it('SM-01 are shown with nick, roles and time of joining', async () =>
    inGuild(async (stage) => {
      const { call, at, id, sim, newest } = stage
      sim.guild().user('ann').update({ nick: 'Annie' })
      const ann = {
        user: { id: id('ann'), username: 'ann', avatar: 'https://example.test/avatar.png', bot: false },
        nick: 'Annie',
        roles: ['1'],
        joined_at: nowText(stage),
      }
      expect((await call('GET', at(`/members/${id('ann')}`))).json).toEqual(ann)
      expect(await newest('GUILD_MEMBER_UPDATE')).toEqual({
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

  it('SM-01 are removed and banned, with their messages recalled', async () =>
    inGuild(async ({ call, at, in: path, id, sim, newest, socket, clock }) => {
      const general = sim.channel('general')
      const old = general.user('ann').say('long ago').id
      await clock.advance(4 * 86_400_000)
      const recent = general.user('ann').say('just now').id
      const other = general.user('bob').say('me too').id
      const body = { add_blacklist: true, delete_history_msg_days: 3 }
      expect(await call('DELETE', at(`/members/${id('ann')}`), body)).toMatchObject({ status: 204, text: '' })
      const bot = String((await call('GET', '/users/@me')).json?.['id'])
      expect(await newest('GUILD_MEMBER_REMOVE')).toMatchObject({ user: { id: id('ann') }, op_user_id: bot })
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
  it('SM-01 apply to one member, until an end or for a duration', async () =>
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

  it('SM-01 apply to some members, and list those who were muted', async () =>
    inGuild(async ({ call, at, id, sim }) => {
      const user_ids = [id('ann'), id('owner'), '1', id('bob')]
      const muted = await call('PATCH', at('/mute'), { mute_seconds: '60', user_ids })
      expect(muted).toMatchObject({ status: 200, json: { user_ids: [id('ann'), id('bob')] } })
      expect(() => sim.channel('general').user('bob').say('mmm')).toThrow(/muted/)
    }))

  it('SM-01 apply to everyone but admins', async () =>
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

  it('SM-03 in an unknown guild have their own code', async () =>
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

describe('SM-03 administration calls (§2.8, §5.11)', () => {
  it.each(ADMINISTRATION)('%s %s: refused to a bot that is no admin (11282)', async (method, path) =>
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

  it.each(PRIVATE)('%s %s: refused to a public-domain bot (11253)', async (method, path) => {
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
