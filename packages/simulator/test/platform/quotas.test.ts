import { describe, expect, it } from 'vitest'

import { onStage } from '../support/stage.js'

const MINUTE = 60_000

describe('quotas', () => {
  it('SM-03 C2C: 20 proactive messages a minute per user', async () =>
    onStage(async ({ sim, post, clock }) => {
      const path = `/v2/users/${sim.user('ann').id}/messages`
      for (let n = 0; n < 20; n += 1) {
        expect((await post(path, { content: `${n}` })).status).toBe(200)
        await clock.advance(200)
      }
      expect((await post(path, { content: 'x' })).json).toMatchObject({ code: 40034100 })
      await clock.advance(MINUTE)
      expect((await post(path, { content: 'x' })).status).toBe(200)
    }))

  it('SM-03 DM: two proactive messages a day per user; replies are free', async () =>
    onStage(async ({ sim, post, clock }) => {
      const dan = sim.dm('dan')
      const path = `/dms/${dan.id}/messages`
      expect((await post(path, { content: '1' })).status).toBe(200)
      expect((await post(path, { content: '2' })).status).toBe(200)
      expect((await post(path, { content: '3' })).json).toMatchObject({ code: 304049 })
      expect((await post(path, { content: '4', msg_id: dan.say('hi').id })).status).toBe(200)
      await clock.advance(24 * 60 * MINUTE)
      expect((await post(path, { content: '5' })).status).toBe(200)
    }))

  it('SM-03 channels: five writes a second, two channels a day', async () =>
    onStage(
      async ({ sim, post }) => {
        const { id } = sim.channel('one').user('cat').say('hi')
        const path = `/channels/${sim.channel('one').id}/messages`
        for (let n = 0; n < 5; n += 1)
          expect((await post(path, { content: 'x', msg_id: id })).status).toBe(200)
        const limited = await post(path, { content: 'x', msg_id: id })
        expect(limited).toMatchObject({ status: 429, json: { code: 20028 }, headers: { 'retry-after': '3' } })
        for (const name of ['two', 'three']) {
          expect((await post(`/channels/${sim.channel(name).id}/messages`, { content: 'x' })).status).toBe(
            200,
          )
        }
        expect(
          (await post(`/channels/${sim.channel('four').id}/messages`, { content: 'x' })).json,
        ).toMatchObject({
          code: 304047,
        })
      },
      { retryAfter: 3 },
    ))

  it('SM-03 a route has its own limit, with and without Retry-After', async () =>
    onStage(async ({ client, token, clock }) => {
      const get = async () => client.call('/users/@me', { token })
      for (let n = 0; n < 50; n += 1) expect((await get()).status).toBe(200)
      const limited = await get()
      expect(limited).toMatchObject({ status: 429, json: { code: 22009, message: 'msg limit exceed' } })
      expect(limited.headers).not.toHaveProperty('retry-after')
      await clock.advance(1_000)
      expect((await get()).status).toBe(200)
    }))

  it('SM-03 limits can be switched off', async () =>
    onStage(
      async ({ sim, post }) => {
        const path = `/v2/users/${sim.user('ann').id}/messages`
        for (let n = 0; n < 120; n += 1) expect((await post(path, { content: `${n}` })).status).toBe(200)
      },
      { limits: false },
    ))

  it('SM-03 one wakeup per period after the last message', async () =>
    onStage(async ({ sim, post, clock }) => {
      sim.user('ann').say('hi')
      const path = `/v2/users/${sim.user('ann').id}/messages`
      const wake = async () => post(path, { content: 'come back', is_wakeup: true })
      expect((await wake()).status).toBe(200)
      expect((await wake()).json).toMatchObject({ code: 40034122 })
      await clock.advance(2 * 24 * 60 * MINUTE)
      expect((await wake()).status).toBe(200)
      await clock.advance(40 * 24 * 60 * MINUTE)
      expect((await wake()).json).toMatchObject({ code: 40034122 })
    }))
})
