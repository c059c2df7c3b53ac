import { describe, expect, it } from 'vitest'

import { listIn, textIn } from '../support/answers.js'
import { inGuild, nowText, type GuildStage } from '../support/guild-stage.js'

const DAY = 86_400_000
const GRIN = '128512'

const sent = async ({ post, in: path }: GuildStage, content = 'hello'): Promise<string> =>
  textIn(await post(path('general', '/messages'), { content }), 'id')

describe('messages of a channel (§5.10)', () => {
  const idsOf = (json: unknown): readonly string[] =>
    (json as readonly { readonly id: string }[]).map(({ id }) => id)

  it('SM-01 are listed around, before or after a message, at most 20', async () =>
    inGuild(
      async (stage) => {
        const { call, in: path, sim } = stage
        const ids: string[] = []
        for (let n = 0; n < 25; n += 1) {
          const said = n % 2 === 0 ? await sent(stage) : sim.channel('general').user('ann').say(`${n}`).id
          ids.push(said)
        }
        const list = async (query: string) =>
          idsOf((await call('GET', path('general', `/messages${query}`))).json)
        expect(await list('')).toEqual(ids.slice(5))
        expect(await list('?limit=3')).toEqual(ids.slice(22))
        expect(await list(`?limit=3&before=${ids[10]}`)).toEqual(ids.slice(7, 10))
        expect(await list(`?limit=3&after=${ids[10]}`)).toEqual(ids.slice(11, 14))
        expect(await list(`?limit=3&around=${ids[10]}`)).toEqual(ids.slice(9, 12))
        expect(await list(`?limit=3&before=${ids[1]}`)).toEqual(ids.slice(0, 1))
        expect(await list(`?limit=3&after=${ids[24]}`)).toEqual([])
        await call('DELETE', path('general', `/messages/${ids[24]}`))
        expect((await list('')).at(-1)).toBe(ids[23])
      },
      { limits: false },
    ))

  it('SM-03 are not listed beyond 20, or from an unknown message', async () =>
    inGuild(async ({ call, in: path }) => {
      expect((await call('GET', path('general', '/messages?limit=21'))).json).toMatchObject({ code: 12002 })
      expect((await call('GET', path('general', '/messages?before=1'))).json).toMatchObject({ code: 306002 })
    }))

  it('SM-01 have events for a recall by anyone', async () =>
    inGuild(async (stage) => {
      const { call, in: path, sim, newest, id, socket } = stage
      const bot = textIn(await call('GET', '/users/@me'), 'id')
      const own = await sent(stage)
      const place = { guild_id: sim.guild().id, channel_id: sim.channel('general').id }
      expect((await call('DELETE', path('general', `/messages/${own}?hidetip=true`))).status).toBe(200)
      expect(await newest('PUBLIC_MESSAGE_DELETE')).toEqual({
        message: { id: own, ...place, author: { id: bot, username: 'simulated-bot', bot: true } },
        op_user: { id: bot },
      })
      const cat = sim.channel('general').user('cat')
      const said = cat.say('oops').id
      cat.recall(said)
      await socket.until(({ t, d }) => t === 'PUBLIC_MESSAGE_DELETE' && JSON.stringify(d).includes(said))
      expect(await newest('PUBLIC_MESSAGE_DELETE')).toEqual({
        message: { id: said, ...place, author: { id: id('cat'), username: 'cat', bot: false } },
        op_user: { id: id('cat') },
      })
      expect(() => cat.recall(said)).toThrow(/no message/)
      expect(() => sim.channel('general').user('dan').recall(own)).toThrow(/no message/)

      const dan = sim.dm('dan')
      const whisper = dan.say('psst').id
      dan.recall(whisper)
      expect(await newest('DIRECT_MESSAGE_DELETE')).toEqual({
        message: {
          id: whisper,
          guild_id: dan.id,
          channel_id: expect.any(String),
          author: { id: id('dan'), username: 'dan', bot: false },
          direct_message: true,
          src_guild_id: sim.guild().id,
        },
        op_user: { id: id('dan') },
      })
    }))

  it('SM-01 of a direct message can be recalled by the bot too', async () =>
    inGuild(async ({ call, post, sim, newest }) => {
      const path = `/dms/${sim.dm('dan').id}/messages`
      const id = textIn(await post(path, { content: 'hi' }), 'id')
      expect(await call('DELETE', `${path}/${id}?hidetip=false`)).toMatchObject({ status: 200, text: '' })
      expect(await newest('DIRECT_MESSAGE_DELETE')).toMatchObject({ message: { id, direct_message: true } })
      expect((await call('DELETE', `${path}/${id}`)).json).toMatchObject({ code: 306002 })
      const said = sim.dm('dan').say('mine').id
      expect((await call('DELETE', `${path}/${said}`)).json).toMatchObject({ code: 306004 })
    }))
})

describe('reactions (§5.10, §4.8)', () => {
  it('SM-01 are added and removed, with events', async () =>
    inGuild(async (stage) => {
      const { call, post, in: path, sim, newest, socket } = stage
      const bot = textIn(await call('GET', '/users/@me'), 'id')
      const message = sim.channel('general').user('ann').say('hi').id
      const at = path('general', `/messages/${message}/reactions/1/277`)
      const d = {
        user_id: bot,
        guild_id: sim.guild().id,
        channel_id: sim.channel('general').id,
        target: { id: message, type: 0 },
        emoji: { id: '277', type: 1 },
      }
      expect(await call('PUT', at)).toMatchObject({ status: 204, text: '' })
      expect(await newest('MESSAGE_REACTION_ADD')).toEqual(d)
      expect((await call('PUT', at)).json).toMatchObject({ code: 620003 })
      expect(await call('DELETE', at)).toMatchObject({ status: 204, text: '' })
      expect(await newest('MESSAGE_REACTION_REMOVE')).toEqual(d)
      expect((await call('DELETE', at)).json).toMatchObject({ code: 620004 })

      const added = sim.channel('general').user('bob').react(message, '😀')
      const heard = await socket.until(({ id }) => id === added)
      expect(heard.d).toMatchObject({ user_id: sim.guild().user('bob').id, emoji: { id: GRIN, type: 2 } })
      const reply = { content: 'you like it?', event_id: added }
      expect((await post(path('general', '/messages'), reply)).status).toBe(200)
      sim.channel('general').user('bob').unreact(message, '😀')
      expect(await newest('MESSAGE_REACTION_REMOVE')).toMatchObject({ emoji: { type: 2 } })
      expect(() => sim.channel('general').user('bob').unreact(message, '😀')).toThrow(/620004/)
    }))

  it('SM-01 list members who reacted, 20 or the first page’s limit', async () =>
    inGuild(async (stage) => {
      const { call, in: path, sim } = stage
      const message = await sent(stage)
      for (let n = 0; n < 7; n += 1) sim.channel('general').user(`user ${n}`).react(message, '277')
      const at = path('general', `/messages/${message}/reactions/1/277`)
      const whole = await call('GET', at)
      expect(whole.json).toMatchObject({ cookie: '', is_end: true })
      expect(listIn(whole, 'users')).toHaveLength(7)
      expect(listIn(whole, 'users')[0]).toEqual({
        id: expect.any(String),
        username: expect.stringMatching(/^user \d$/),
        avatar: 'https://example.test/avatar.png',
      })
      const seen: unknown[] = []
      const sizes: number[] = []
      for (let query = '?limit=3', more = true; more;) {
        const page = await call('GET', `${at}${query}`)
        sizes.push(listIn(page, 'users').length)
        seen.push(...listIn(page, 'users'))
        more = page.json?.['is_end'] === false
        query = `?cookie=${textIn(page, 'cookie')}`
      }
      expect(sizes).toEqual([3, 3, 1])
      expect(seen).toEqual(listIn(whole, 'users'))
      expect((await call('GET', path('general', `/messages/${message}/reactions/2/${GRIN}`))).json).toEqual({
        users: [],
        cookie: '',
        is_end: true,
      })
    }))

  it('SM-03 refuse malformed emoji, messages and pages', async () =>
    inGuild(async (stage) => {
      const { call, in: path } = stage
      const message = await sent(stage)
      const at = (rest: string) => path('general', `/messages/${rest}`)
      for (const rest of [`${message}/reactions/3/277`, `${message}/reactions/1/smile`, '1/reactions/1/277'])
        expect((await call('PUT', at(rest))).json, rest).toMatchObject({ code: 620001 })
      for (const query of ['limit=51', 'limit=0', 'cookie=nonsense'])
        expect((await call('GET', at(`${message}/reactions/1/277?${query}`))).json).toMatchObject({
          code: 620001,
        })
      for (let id = 0; id < 20; id += 1) await call('PUT', at(`${message}/reactions/1/${id}`))
      expect((await call('PUT', at(`${message}/reactions/1/20`))).json).toMatchObject({ code: 620002 })
    }))

  it('SM-01 accept unicode emoji as characters too', async () =>
    inGuild(async (stage) => {
      const message = await sent(stage)
      const at = stage.in('general', `/messages/${message}/reactions/2/${encodeURIComponent('😀')}`)
      expect((await stage.call('PUT', at)).status).toBe(204)
      expect(await stage.newest('MESSAGE_REACTION_ADD')).toMatchObject({ emoji: { id: GRIN, type: 2 } })
    }))
})

describe('message settings (§5.10, §6.4)', () => {
  it('SM-01 show the owner’s settings', async () =>
    inGuild(async ({ call, at, sim }) => {
      const [one, two] = [sim.channel('one').id, sim.channel('two').id]
      const get = async () => (await call('GET', at('/message/setting'))).json
      expect(await get()).toEqual({
        disable_create_dm: false,
        disable_push_msg: false,
        channel_ids: [one, two],
        channel_push_max_num: 20,
      })
      sim.guild().setMessages({ createDm: false, push: false, channels: [two], perChannel: 5 })
      expect(await get()).toEqual({
        disable_create_dm: true,
        disable_push_msg: true,
        channel_ids: [two],
        channel_push_max_num: 5,
      })
    }))

  it('SM-03 close direct messages (304031), channels (304046) and the guild (304048) to proactive messages', async () =>
    inGuild(async ({ post, in: path, id, sim }) => {
      const push = async (channel: string, more: object = {}) =>
        (await post(path(channel, '/messages'), { content: 'x', ...more })).json
      sim.guild().setMessages({ createDm: false, channels: [sim.channel('one').id], perChannel: 1 })
      const dm = { recipient_id: id('ann'), source_guild_id: sim.guild().id }
      expect((await post('/users/@me/dms', dm)).json).toMatchObject({ code: 304031 })
      expect(await push('two')).toMatchObject({ code: 304046 })
      expect(await push('one')).toHaveProperty('id')
      expect(await push('one')).toMatchObject({ code: 304045 })
      sim.guild().setMessages({ push: false })
      expect(await push('one')).toMatchObject({ code: 304048 })
      const said = sim.channel('two').user('ann').say('hi').id
      expect(await push('two', { msg_id: said })).toHaveProperty('id')
    }))

  it('SM-03 let the owner choose more channels than two a day', async () =>
    inGuild(async ({ post, in: path, sim }) => {
      const names = ['one', 'two', 'three']
      sim.guild().setMessages({ channels: names.map((name) => sim.channel(name).id) })
      for (const name of names)
        expect((await post(path(name, '/messages'), { content: 'x' })).status).toBe(200)
    }))

  it('SM-01 are linked by a guide in a channel or a direct message', async () =>
    inGuild(async (stage) => {
      const { post, in: path, sim } = stage
      const guided = await post(path('general', '/settingguide'), { content: 'please allow me' })
      expect(guided.json).toMatchObject({
        id: expect.stringMatching(/^08[0-9a-f]{30}$/),
        channel_id: sim.channel('general').id,
        guild_id: sim.guild().id,
        content: 'please allow me',
        timestamp: nowText(stage),
      })
      const body = { setting_guide: { guild_id: sim.guild().id } }
      const dm = `/dms/${sim.dm('dan').id}/settingguide`
      expect((await post(dm, body)).json).toMatchObject({ guild_id: sim.dm('dan').id, direct_message: true })
      expect((await post(dm, {})).json).toMatchObject({ code: 304051 })
      expect((await post(dm, { setting_guide: { guild_id: '1' } })).json).toMatchObject({ code: 10004 })
      expect((await post('/dms/1/settingguide', body)).json).toMatchObject({ code: 304034 })
      expect((await post(path('general', '/settingguide'), { content: 1 })).json).toMatchObject({
        code: 304051,
      })
    }))
})

describe('direct messages (§5.10)', () => {
  it('SM-01 are opened with members', async () =>
    inGuild(async ({ post, id, sim, clock }) => {
      const open = async (body: object) => post('/users/@me/dms', body)
      const opened = await open({ recipient_id: id('ann'), source_guild_id: sim.guild().id })
      expect(opened.json).toEqual({
        guild_id: sim.dm('ann').id,
        channel_id: expect.stringMatching(/^1\d{18}$/),
        create_time: String(Math.floor(clock.wall() / 1000)),
      })
      expect((await open({ recipient_id: '1', source_guild_id: sim.guild().id })).json).toMatchObject({
        code: 10001,
      })
      expect((await open({ recipient_id: id('ann'), source_guild_id: '1' })).json).toMatchObject({
        code: 10004,
      })
      await clock.advance(DAY)
    }))
})
