import { ManualClock } from '@qqkit/core/testing'
import { expect, it } from 'vitest'

import { getToken, identified, socketClient } from '../support/clients.js'

it('SM-04 over sockets too, a manual clock times windows, tokens, heartbeats and sessions', async () => {
  const clock = new ManualClock()
  const client = await socketClient({ clock })
  const { sim } = client
  const token = await getToken(client)
  const { socket } = await identified(client, token)
  const said = sim.user('ann').say('hi')
  const reply = async (msgSeq: number) =>
    client.call(`/v2/users/${sim.user('ann').id}/messages`, {
      method: 'POST',
      token,
      body: { content: 'pong', msg_id: said.id, msg_seq: msgSeq },
    })
  expect((await reply(1)).status).toBe(200)
  await clock.advance(123_750)
  expect(await socket.untilEnd()).toEqual({ code: 4009, reason: 'Session timed out' })
  await clock.advance(3_600_000)
  expect((await reply(2)).json).toMatchObject({ err_code: 40034005 })
  expect(sim.snapshot().sessions).toEqual([])
  await clock.advance(3_600_000)
  expect((await reply(3)).status).toBe(401)
  await client.close()
  expect(clock.pending).toBe(0)
})
