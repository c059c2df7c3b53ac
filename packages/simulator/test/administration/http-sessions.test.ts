import { describe, expect, it } from 'vitest'

import { textIn } from '../support/answers.js'
import { getToken } from '../support/clients.js'
import { nowText } from '../support/guild-stage.js'
import { onStage } from '../support/stage.js'

const PATH = '/gateway/webhook/sessions'

describe('sessions of the old HTTP gateway (§5.1)', () => {
  it('SM-01 are created, listed, checked and ended', async () =>
    onStage(async (stage) => {
      const { call, post, clock, sim } = stage
      const made = await post(PATH, { callback_url: 'https://a.b' })
      expect(made.json).toEqual({
        version: 1,
        session_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        user: { id: expect.any(String), username: 'simulated-bot', bot: true },
        shard: [0, 1],
      })
      const id = textIn(made, 'session_id')
      const shown = (ms: number): object => ({
        session_id: id,
        app_id: sim.credentials.appId,
        state: 'active',
        last_heartbeat_time: nowText(stage, ms),
      })
      await clock.advance(60_000)
      expect((await call('GET', PATH)).json).toEqual([shown(-60_000)])
      expect((await call('PATCH', `${PATH}/${id}?action=check`)).json).toEqual(shown(0))
      expect((await call('GET', PATH)).json).toEqual([shown(0)])
      expect((await call('PATCH', `${PATH}/${id}`)).json).toMatchObject({ code: 12002 })
      expect(await call('DELETE', `${PATH}/${id}`)).toMatchObject({ status: 204, text: '' })
      expect((await call('GET', PATH)).json).toEqual([])
    }))

  it('SM-03 are unknown to other bots (12001)', async () =>
    onStage(async ({ client, post, call, sim }) => {
      const id = textIn(await post(PATH, {}), 'session_id')
      const token = await getToken(client, sim.addBot())
      const others = await client.call(`${PATH}/${id}`, { method: 'DELETE', token })
      expect(others).toMatchObject({ status: 400, json: { code: 12001 } })
      expect((await call('DELETE', `${PATH}/x`)).json).toMatchObject({ code: 12001 })
    }))
})
