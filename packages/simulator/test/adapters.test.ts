import { describe, expect, it } from 'vitest'

import type { SimulatorOptions } from '../src/index.js'
import { getToken, identified, memoryClient, socketClient } from './clients.js'
import type { Frame, WireClient } from './wire-client.js'

const ADAPTERS: Readonly<Record<string, (options?: SimulatorOptions) => Promise<WireClient>>> = {
  'over sockets': socketClient,
  'in memory': memoryClient,
}

const withClient = async (
  make: (options?: SimulatorOptions) => Promise<WireClient>,
  story: (client: WireClient) => Promise<void>,
  options?: SimulatorOptions,
): Promise<void> => {
  const client = await make(options)
  try {
    await story(client)
  } finally {
    await client.close()
  }
}

const events = (frames: readonly Frame[]): readonly (string | undefined)[] =>
  frames.filter(({ op }) => op === 0).map(({ t }) => t)

describe.each(Object.entries(ADAPTERS))('SM-05 a platform %s', (_name, make) => {
  it('SM-01 gives a token as documented and the same one again', async () =>
    withClient(make, async (client) => {
      const { appId, secret } = client.sim.credentials
      const exchange = async (body: unknown) =>
        client.call('/app/getAppAccessToken', { method: 'POST', body })
      const first = await exchange({ appId, clientSecret: secret })
      expect(first).toMatchObject({ status: 200, json: { expires_in: '7200' } })
      expect((await exchange({ appId, clientSecret: secret })).json?.['access_token']).toBe(
        first.json?.['access_token'],
      )
      expect(await exchange({ appId: '1', clientSecret: secret })).toMatchObject({
        status: 200,
        json: { code: 100007, message: 'appid invalid' },
      })
      expect(await exchange({ appId, clientSecret: 'wrong' })).toMatchObject({
        status: 200,
        json: { code: 100016, message: 'invalid appid or secret' },
      })
    }))

  it('SM-01 greets, identifies, beats, delivers and takes a reply', async () =>
    withClient(make, async (client) => {
      const token = await getToken(client)
      const { socket } = await identified(client, token)
      socket.send({ op: 1, d: 1 })
      await socket.until(({ op }) => op === 11)
      const said = client.sim.user('ann').say('hi')
      const event = await socket.until(({ t }) => t === 'C2C_MESSAGE_CREATE')
      expect(event).toMatchObject({ op: 0, s: 2, id: said.eventId, d: { id: said.id, content: 'hi' } })
      const path = `/v2/users/${client.sim.user('ann').id}/messages`
      const send = async () =>
        client.call(path, { method: 'POST', token, body: { content: 'pong', msg_id: said.id, msg_seq: 1 } })
      expect(await send()).toMatchObject({ status: 200, json: { ext_info: {} } })
      expect(await send()).toMatchObject({ status: 400, json: { code: 40054005, err_code: 40054005 } })
    }))

  it('SM-01 resumes and replays what was missed', async () =>
    withClient(make, async (client) => {
      const token = await getToken(client)
      const { socket, session } = await identified(client, token)
      client.sim.user('ann').say('one')
      await socket.until(({ s }) => s === 2)
      client.sim.faults.dropConnections()
      expect(await socket.untilEnd()).toMatchObject({ code: 1006 })
      client.sim.user('ann').say('two')
      client.sim.group('room').user('bob').say('three')
      const again = await client.open()
      again.send({ op: 6, d: { token: `QQBot ${token}`, session_id: session, seq: 2 } })
      const resumed = await again.until(({ t }) => t === 'RESUMED')
      expect(resumed).toEqual({ op: 0, s: 5, t: 'RESUMED', d: '' })
      expect(events(again.frames)).toEqual(['C2C_MESSAGE_CREATE', 'GROUP_AT_MESSAGE_CREATE', 'RESUMED'])
    }))
})
