import { describe, expect, it } from 'vitest'

import { INTENTS } from '../support/clients.js'
import { inGuild, type GuildStage } from '../support/guild-stage.js'
import type { WireSocket } from '../support/wire-client.js'

const AUDIO = 2 ** 29
const VOICE = 2 ** 19

/** A second connection of the bot, with the audio intent. */
const listening = async ({ client, token, clock }: GuildStage): Promise<WireSocket> => {
  await clock.advance(6_000)
  const socket = await client.open()
  await socket.until(({ op }) => op === 10)
  socket.send({ op: 2, d: { token: `QQBot ${token}`, intents: AUDIO + VOICE, shard: [0, 1] } })
  await socket.until(({ t }) => t === 'READY')
  return socket
}

const heard = (socket: WireSocket): readonly unknown[] =>
  socket.frames.filter(({ op, t }) => op === 0 && t !== 'READY').map(({ t, d }) => [t, d])

describe('audio (§5.11, §4.11)', () => {
  it('SM-01 is started, paused, resumed and stopped; starting and stopping have events', async () =>
    inGuild(async (stage) => {
      const { post, in: path, sim, clock } = stage
      const socket = await listening(stage)
      const control = async (body: object) => post(path('music', '/audio'), body)
      expect(await control({ audio_url: 'https://a.b/c.mp3', text: 'a song', status: 0 })).toMatchObject({
        status: 200,
        json: {},
      })
      for (const status of [1, 2, 3, 3]) expect((await control({ status })).json).toEqual({})
      await clock.settle()
      const d = {
        guild_id: sim.guild().id,
        channel_id: sim.channel('music').id,
        audio_url: 'https://a.b/c.mp3',
        text: 'a song',
      }
      expect(heard(socket)).toEqual([
        ['AUDIO_START', d],
        ['AUDIO_FINISH', d],
      ])
    }))

  it('SM-01 the bot takes the microphone and leaves it', async () =>
    inGuild(async (stage) => {
      const { call, in: path, sim, clock } = stage
      const socket = await listening(stage)
      for (const method of ['PUT', 'PUT', 'DELETE', 'DELETE'])
        expect(await call(method, path('music', '/mic'))).toMatchObject({ status: 200, json: {} })
      await clock.settle()
      const d = { guild_id: sim.guild().id, channel_id: sim.channel('music').id }
      expect(heard(socket)).toEqual([
        ['AUDIO_ON_MIC', d],
        ['AUDIO_OFF_MIC', d],
      ])
    }))

  it.each([
    ['no status', {}],
    ['another status', { status: 4 }],
    ['a start of nothing', { status: 0 }],
    ['a text that is none', { status: 0, audio_url: 'https://a.b', text: 1 }],
  ])('SM-03 refuses %s (12002)', async (_what, body) =>
    inGuild(async ({ post, in: path }) => {
      expect(await post(path('music', '/audio'), body)).toMatchObject({ status: 400, json: { code: 12002 } })
    }),
  )
})

describe('voice and live channels (§5.11, §4.11)', () => {
  it('SM-01 list the people inside', async () =>
    inGuild(async (stage) => {
      const { call, in: path, sim, id, clock } = stage
      const socket = await listening(stage)
      const lounge = sim.channel('lounge')
      lounge.create('owner', { type: 2 })
      const online = async () => (await call('GET', path('lounge', '/online_nums'))).json
      expect(await online()).toEqual({ online_nums: 0 })
      lounge.user('ann').enterVoice()
      lounge.user('bob').enterVoice()
      expect(await online()).toEqual({ online_nums: 2 })
      expect((await call('GET', path('lounge', '/voice/members'))).json).toMatchObject([
        { user: { id: id('ann') } },
        { user: { id: id('bob') } },
      ])
      lounge.user('ann').leaveVoice()
      expect(await online()).toEqual({ online_nums: 1 })
      await clock.settle()
      const d = { guild_id: sim.guild().id, channel_id: lounge.id, channel_type: 2 }
      expect(heard(socket)).toEqual([
        ['AUDIO_OR_LIVE_CHANNEL_MEMBER_ENTER', { ...d, user_id: id('ann') }],
        ['AUDIO_OR_LIVE_CHANNEL_MEMBER_ENTER', { ...d, user_id: id('bob') }],
        ['AUDIO_OR_LIVE_CHANNEL_MEMBER_EXIT', { ...d, user_id: id('ann') }],
      ])
      sim.channel('show').create('owner', { type: 10_005 })
      sim.channel('show').user('ann').enterVoice()
      await clock.settle()
      expect(heard(socket).at(-1)).toMatchObject(['AUDIO_OR_LIVE_CHANNEL_MEMBER_ENTER', { channel_type: 5 }])
    }))

  it('SM-01 are only some channels; in others all members are online', async () =>
    inGuild(async ({ call, in: path, sim }) => {
      expect(() => sim.channel('general').user('ann').enterVoice()).toThrow(/not a voice/)
      expect((await call('GET', path('general', '/online_nums'))).json).toEqual({ online_nums: 4 })
      expect((await call('GET', path('general', '/voice/members'))).json).toEqual([])
    }))

  it('SM-01 events go only to sessions that asked for them', async () =>
    inGuild(async ({ post, in: path, socket, clock }) => {
      await post(path('music', '/audio'), { audio_url: 'https://a.b', status: 0 })
      await clock.settle()
      expect(INTENTS & (AUDIO + VOICE)).toBe(0)
      expect(socket.frames.filter(({ t }) => t?.startsWith('AUDIO'))).toEqual([])
    }))
})
