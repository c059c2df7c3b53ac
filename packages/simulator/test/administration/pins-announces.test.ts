import { describe, expect, it } from 'vitest'

import { inGuild, type GuildStage } from '../support/guild-stage.js'

const said = ({ sim }: GuildStage, channel = 'general'): string =>
  sim.channel(channel).user('ann').say('hi').id

describe('pins (§5.11)', () => {
  it('SM-01 are added, listed and removed', async () =>
    inGuild(async (stage) => {
      const { call, in: path, sim } = stage
      const [one, two] = [said(stage), said(stage)]
      const place = { guild_id: sim.guild().id, channel_id: sim.channel('general').id }
      expect((await call('GET', path('general', '/pins'))).json).toEqual({ ...place, message_ids: [] })
      expect((await call('PUT', path('general', `/pins/${one}`))).json).toEqual({
        ...place,
        message_ids: [one],
      })
      const both = { ...place, message_ids: [one, two] }
      expect((await call('PUT', path('general', `/pins/${two}`))).json).toEqual(both)
      expect((await call('PUT', path('general', `/pins/${one}`))).json).toEqual(both)
      expect(await call('DELETE', path('general', `/pins/${one}`))).toMatchObject({ status: 204, text: '' })
      expect((await call('GET', path('general', '/pins'))).json).toEqual({ ...place, message_ids: [two] })
      await call('PUT', path('general', `/pins/${one}`))
      expect((await call('DELETE', path('general', '/pins/all'))).status).toBe(204)
      expect((await call('GET', path('general', '/pins'))).json).toMatchObject({ message_ids: [] })
    }))

  it('SM-01 disappear with their message', async () =>
    inGuild(async (stage) => {
      const id = said(stage)
      await stage.call('PUT', stage.in('general', `/pins/${id}`))
      stage.sim.channel('general').user('ann').recall(id)
      expect((await stage.call('GET', stage.in('general', '/pins'))).json).toMatchObject({ message_ids: [] })
    }))

  it('SM-03 are limited to 20 in a channel (501013)', async () =>
    inGuild(async (stage) => {
      const pin = async () => stage.call('PUT', stage.in('general', `/pins/${said(stage)}`))
      for (let n = 0; n < 20; n += 1) expect((await pin()).status).toBe(200)
      expect(await pin()).toMatchObject({ status: 400, json: { code: 501013 } })
    }))

  it('SM-03 refuse recalled messages, messages of other channels, and bots that are no admins', async () =>
    inGuild(async (stage) => {
      const { call, in: path, sim } = stage
      const code = async (method: string, rest: string) =>
        (await call(method, path('general', rest))).json?.['code']
      expect(await code('PUT', '/pins/1')).toBe(501008)
      expect(await code('PUT', `/pins/${said(stage, 'lounge')}`)).toBe(501010)
      expect(await code('DELETE', '/pins/1')).toBe(501005)
      sim.guild().setBotRole('member')
      expect(await code('PUT', `/pins/${said(stage)}`)).toBe(501017)
      expect(await code('DELETE', '/pins/all')).toBe(501017)
      expect((await call('GET', path('general', '/pins'))).status).toBe(200)
    }))
})

describe('announcements (§5.11)', () => {
  it('SM-01 of a guild show a message, until they end', async () =>
    inGuild(async (stage) => {
      const { call, post, at, sim } = stage
      const message_id = said(stage)
      const channel_id = sim.channel('general').id
      const announced = await post(at('/announces'), { message_id, channel_id, announces_type: 1 })
      expect(announced).toMatchObject({
        status: 200,
        json: { guild_id: sim.guild().id, channel_id, message_id, announces_type: 1, recommend_channels: [] },
      })
      expect((await call('DELETE', at('/announces/1'))).json).toMatchObject({ code: 501005 })
      expect(await call('DELETE', at(`/announces/${message_id}`))).toMatchObject({ status: 204, text: '' })
      expect((await call('DELETE', at(`/announces/${message_id}`))).json).toMatchObject({ code: 501005 })
    }))

  it('SM-01 of a guild recommend channels', async () =>
    inGuild(async ({ call, post, at, sim }) => {
      const recommend_channels = [{ channel_id: sim.channel('general').id, introduce: 'where we talk' }]
      const announced = await post(at('/announces'), { recommend_channels })
      expect(announced.json).toEqual({
        guild_id: sim.guild().id,
        channel_id: '',
        message_id: '',
        announces_type: 0,
        recommend_channels,
      })
      expect((await call('DELETE', at('/announces/all'))).status).toBe(204)
    }))

  it('SM-01 of a channel show a message', async () =>
    inGuild(async (stage) => {
      const { call, post, in: path, sim } = stage
      const message_id = said(stage)
      expect((await post(path('general', '/announces'), { message_id })).json).toEqual({
        guild_id: sim.guild().id,
        channel_id: sim.channel('general').id,
        message_id,
      })
      expect((await call('DELETE', path('general', '/announces/1'))).json).toMatchObject({ code: 501005 })
      expect((await call('DELETE', path('general', `/announces/${message_id}`))).status).toBe(204)
      expect((await call('DELETE', path('general', '/announces/all'))).status).toBe(204)
    }))

  it.each([
    ['nothing', {}, 501001],
    ['a message without its channel', { message_id: 'SAID' }, 501001],
    ['a message of another channel', { message_id: 'SAID', channel_id: 'LOUNGE' }, 501010],
    ['an unknown message', { message_id: '1', channel_id: 'LOUNGE' }, 501008],
    ['a message that is no text', { message_id: 1 }, 501005],
    ['another type', { message_id: 'SAID', channel_id: 'GENERAL', announces_type: 2 }, 501019],
    [
      'four channels',
      { recommend_channels: [1, 2, 3, 4].map((n) => ({ channel_id: `${n}`, introduce: 'x' })) },
      501016,
    ],
    ['an unknown channel', { recommend_channels: [{ channel_id: '1', introduce: 'x' }] }, 501018],
    ['a channel without a word', { recommend_channels: [{ channel_id: 'GENERAL' }] }, 501001],
  ])('SM-03 refuse %s', async (_what, body, code) =>
    inGuild(async (stage) => {
      const text = JSON.stringify(body)
        .replace('SAID', said(stage))
        .replace('GENERAL', stage.sim.channel('general').id)
        .replace('LOUNGE', stage.sim.channel('lounge').id)
      const answer = await stage.post(stage.at('/announces'), JSON.parse(text) as unknown)
      expect(answer).toMatchObject({ status: 400, json: { code } })
    }),
  )

  it('SM-03 of a channel refuse unknown messages, and bots that are no admins (501017)', async () =>
    inGuild(async (stage) => {
      const { call, post, at, in: path, sim } = stage
      expect((await post(path('general', '/announces'), { message_id: '1' })).json).toMatchObject({
        code: 501008,
      })
      expect((await post(path('general', '/announces'), {})).json).toMatchObject({ code: 501001 })
      sim.guild().setBotRole('member')
      for (const target of [at('/announces'), path('general', '/announces')]) {
        expect((await post(target, {})).json).toMatchObject({ code: 501017 })
        expect((await call('DELETE', `${target}/all`)).json).toMatchObject({ code: 501017 })
      }
    }))
})
