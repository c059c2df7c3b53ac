import { describe, expect, it } from 'vitest'

import { listIn } from '../support/answers.js'
import { inGuild, type GuildStage } from '../support/guild-stage.js'

const PATH = '/guilds/{guild_id}/members'

const demand = async (
  { post, at, sim }: GuildStage,
  api: object = { path: PATH, method: 'GET' },
  more: object = {},
): Promise<Awaited<ReturnType<GuildStage['post']>>> =>
  post(at('/api_permission/demand'), {
    channel_id: sim.channel('general').id,
    api_identify: api,
    desc: 'to greet you',
    ...more,
  })

describe('API permissions (§5.11)', () => {
  it('SM-01 are all granted at first, and refused after a withdrawal (11264)', async () =>
    inGuild(async ({ call, post, at, in: path, sim }) => {
      const list = async () => listIn(await call('GET', at('/api_permission')), 'apis')
      const all = await list()
      expect(all).toContainEqual({ path: PATH, method: 'GET', desc: '查询频道成员列表', auth_status: 1 })
      expect(all.every(({ auth_status }) => auth_status === 1)).toBe(true)
      sim.guild().grantApi('GET', PATH, false)
      sim.guild().grantApi('POST', '/channels/{channel_id}/messages', false)
      sim.guild().grantApi('PUT', '/channels/{channel_id}/pins/{message_id}', false)
      expect((await list()).filter(({ auth_status }) => auth_status === 0)).toHaveLength(3)
      const refused = { status: 401, json: { code: 11264 } }
      expect(await call('GET', at('/members'))).toMatchObject(refused)
      expect(await post(path('general', '/messages'), { content: 'x' })).toMatchObject(refused)
      expect(await call('PUT', path('general', '/pins/1'))).toMatchObject(refused)
      sim.guild().grantApi('GET', PATH)
      expect((await call('GET', at('/members'))).status).toBe(200)
      expect(() => sim.guild().grantApi('GET', '/nowhere')).toThrow(/not a call/)
    }))

  it('SM-01 are requested in a channel', async () =>
    inGuild(async (stage) => {
      const { sim } = stage
      sim.guild().grantApi('GET', PATH, false)
      expect((await demand(stage)).json).toEqual({
        guild_id: sim.guild().id,
        channel_id: sim.channel('general').id,
        api_identify: { path: PATH, method: 'GET' },
        title: expect.stringContaining('查询频道成员列表'),
        desc: 'to greet you',
      })
      expect(sim.log.of('message').at(-1)).toMatchObject({ peer: 'general', direction: 'out' })
    }))

  it('SM-03 are requested at most three times a day in a guild (610013)', async () =>
    inGuild(async (stage) => {
      stage.sim.guild().grantApi('GET', PATH, false)
      for (let n = 0; n < 3; n += 1) expect((await demand(stage)).status).toBe(200)
      expect(await demand(stage)).toMatchObject({ status: 400, json: { code: 610013 } })
      await stage.clock.advance(86_400_000)
      expect((await demand(stage)).status).toBe(200)
    }))

  it('SM-03 refuse requests for other calls', async () =>
    inGuild(async (stage) => {
      const code = async (...given: readonly object[]) => (await demand(stage, ...given)).json?.['code']
      expect(await code()).toBe(610010)
      expect(await code({ path: '/nowhere', method: 'GET' })).toBe(610009)
      expect(await code({ path: PATH })).toBe(610008)
      expect(await code({ path: PATH, method: 'GET' }, { desc: '' })).toBe(610008)
      stage.sim.guild().grantApi('GET', PATH, false)
      expect(await code({ path: PATH, method: 'GET' }, { channel_id: '1' })).toBe(610014)
      expect((await stage.call('GET', '/guilds/1/api_permission')).json).toMatchObject({ code: 610001 })
    }))
})
