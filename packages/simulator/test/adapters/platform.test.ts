import { describe, expect, it } from 'vitest'

import type { SimulatorOptions } from '../../src/index.js'
import { getToken, identified, memoryClient, socketClient } from '../support/clients.js'
import { shape, recordStory, type Make, type Story } from '../support/record-story.js'
import type { Frame } from '../support/wire-client.js'

const ADAPTERS: Readonly<Record<string, Make>> = { 'over sockets': socketClient, 'in memory': memoryClient }

const post = (token: string, body: unknown): { method: string; token: string; body: unknown } => ({
  method: 'POST',
  token,
  body,
})

const STORIES: Readonly<Record<string, { readonly story: Story; readonly options?: SimulatorOptions }>> = {
  'gives tokens and refuses wrong credentials': {
    story: async (client, see) => {
      const { appId, secret } = client.sim.credentials
      for (const body of [
        { appId, clientSecret: secret },
        { appId, clientSecret: secret },
        { appId: '1', clientSecret: secret },
        { appId, clientSecret: 'wrong' },
        {},
        'no json',
      ]) {
        see(shape(await client.call('/app/getAppAccessToken', { method: 'POST', body })))
      }
      see(shape(await client.call('/app/getAppAccessToken')))
    },
  },
  'greets, identifies, beats, delivers and takes replies in all scenes': {
    story: async (client, see) => {
      const { sim } = client
      const token = await getToken(client)
      const { socket } = await identified(client, token)
      socket.send({ op: 1, d: 1 })
      await socket.until(({ op }) => op === 11)
      const replies = [
        [sim.user('ann').say('hi <b>'), `/v2/users/${sim.user('ann').id}/messages`],
        [sim.group('room').user('bob').say('hi'), `/v2/groups/${sim.group('room').id}/messages`],
        [sim.channel('general').user('cat').say('a < b'), `/channels/${sim.channel('general').id}/messages`],
        [sim.dm('dan').say('psst'), `/dms/${sim.dm('dan').id}/messages`],
      ] as const
      for (const [said, path] of replies) {
        await socket.until(({ id }) => id === said.eventId)
        const body = { content: 'pong', msg_id: said.id, msg_seq: 1 }
        see(shape(await client.call(path, post(token, body))))
        see(shape(await client.call(path, post(token, body))))
        see(shape(await client.call(path, post(token, { content: 'wrong id', msg_id: 'ROBOT1.0_no' }))))
        see(shape(await client.call(path, post(token, {}))))
      }
      see(socket.frames)
    },
  },
  'resumes and replays what was missed': {
    story: async (client, see) => {
      const { sim } = client
      const token = await getToken(client)
      const { socket, session } = await identified(client, token)
      sim.user('ann').say('one')
      await socket.until(({ s }) => s === 2)
      sim.faults.dropConnections()
      see(await socket.untilEnd())
      sim.user('ann').say('two')
      sim.group('room').user('bob').say('three')
      const again = await client.open()
      again.send({ op: 6, d: { token: `QQBot ${token}`, session_id: session, seq: 2 } })
      await again.until(({ t }) => t === 'RESUMED')
      see(again.frames)
    },
  },
  'refuses what is wrong on the gateway with its codes': {
    options: { bot: { intents: 2 ** 25 }, live: { refusedIntents: 'close_4014' } },
    story: async (client, see) => {
      const token = await getToken(client)
      const good = { token: `QQBot ${token}`, intents: 2 ** 25, shard: [0, 1] }
      for (const frame of [
        { op: 99 },
        { op: 2 },
        { op: 2, d: { ...good, token: 'QQBot nonsense' } },
        { op: 2, d: { ...good, shard: [3, 1] } },
        { op: 2, d: { ...good, intents: 2 ** 2 } },
        { op: 2, d: { ...good, intents: 2 ** 30 } },
        { op: 6, d: { token: 'QQBot nonsense', session_id: 'x', seq: 1 } },
        { op: 6, d: { token: `QQBot ${token}`, session_id: 'x', seq: 1 } },
        [1, 2],
        'text',
      ]) {
        const socket = await client.open()
        await socket.until(({ op }) => op === 10)
        socket.send(frame)
        see(await socket.untilEnd())
      }
      const socket = await client.open()
      const unknown = '11111111-2222-4333-8444-555555555555'
      socket.send({ op: 6, d: { token: `QQBot ${token}`, session_id: unknown, seq: 1 } })
      see(await socket.until(({ op }) => op === 9))
      socket.send({ op: 2, d: good })
      await socket.until(({ t }) => t === 'READY')
      socket.send({ op: 2, d: good })
      see(await socket.untilEnd())
    },
  },
  'answers unknown paths, wrong methods and bad authorization': {
    story: async (client, see) => {
      const token = await getToken(client)
      see(shape(await client.call('/nowhere', { token })))
      see(shape(await client.call('/gateway/bot', { token, method: 'DELETE' })))
      see(shape(await client.call('/gateway/bot')))
      for (const authorization of ['', 'QQBot x', 'Bot 1.2', 'Bearer x', 'Basic x']) {
        see(shape(await client.call('/gateway/bot', { headers: { authorization } })))
      }
      see(shape(await client.call('/gateway/bot', { token })))
      see(shape(await client.call('/v2/users/a%2Fb/messages', post(token, { content: 'x' }))))
      see(shape(await client.call('/v2/users/..%2F..%2Fgateway/messages', post(token, { content: 'x' }))))
    },
  },
  'takes media and streams, and holds what is to be reviewed': {
    options: { audit: true },
    story: async (client, see) => {
      const { sim } = client
      const token = await getToken(client)
      const { socket } = await identified(client, token)
      const user = `/v2/users/${sim.user('ann').id}`
      const file = await client.call(`${user}/files`, post(token, { file_type: 1, file_data: 'QUJD' }))
      const media = { file_info: file.json?.['file_info'] }
      see(shape(file), shape(await client.call(`${user}/messages`, post(token, { msg_type: 7, media }))))
      const said = sim.user('ann').say('go on')
      const chunk = { content_raw: 'Once', input_state: 1, msg_id: said.id }
      const first = await client.call(`${user}/stream_messages`, post(token, chunk))
      const last = { ...chunk, content_raw: ' upon', input_state: 10, stream_msg_id: first.json?.['id'] }
      see(shape(first), shape(await client.call(`${user}/stream_messages`, post(token, last))))
      const general = `/channels/${sim.channel('art/general').id}/messages`
      const held = await client.call(general, post(token, { content: 'a &lt; b' }))
      see(shape(held))
      const data = held.json?.['data'] as { readonly message_audit: { readonly audit_id: string } }
      sim.judgeAudit(data.message_audit.audit_id, true)
      see(await socket.until(({ t }) => t === 'MESSAGE_AUDIT_PASS'))
      see(sim.log.of('message').map(({ id, change, content }) => [id, change, content]))
    },
  },
  'presses, acknowledges and recalls': {
    story: async (client, see) => {
      const { sim } = client
      const token = await getToken(client)
      const { socket } = await identified(client, token)
      const path = `/v2/users/${sim.user('ann').id}/messages`
      const button = { id: 'b1', render_data: { label: 'Go' }, action: { type: 1, data: 'go' } }
      const sent = await client.call(
        path,
        post(token, {
          msg_type: 2,
          markdown: { content: '# hi' },
          keyboard: { content: { rows: [{ buttons: [button] }] } },
        }),
      )
      see(shape(sent))
      const pressed = sim.user('ann').press('Go')
      see(await socket.until(({ t }) => t === 'INTERACTION_CREATE'))
      const ack = { method: 'PUT', token, body: { code: 0 } }
      see(shape(await client.call(`/interactions/${pressed.id}`, ack)))
      see(shape(await client.call(`/interactions/${pressed.id}`, ack)))
      see(shape(await client.call(path, post(token, { content: 'thanks', event_id: pressed.eventId }))))
      const recall = `${path}/${encodeURIComponent(String(sent.json?.['id']))}`
      see(shape(await client.call(recall, { method: 'DELETE', token })))
      see(shape(await client.call(recall, { method: 'DELETE', token })))
    },
  },
}

describe.each(Object.keys(STORIES))('SM-05 a platform in memory and over sockets %s', (name) => {
  const { story, options = {} } = STORIES[name] as (typeof STORIES)[string]

  it('SM-01 gives the same answers and events', async () => {
    const [overSockets, inMemory] = [
      await recordStory(socketClient, story, options),
      await recordStory(memoryClient, story, options),
    ]
    expect(inMemory).not.toHaveLength(0)
    expect(overSockets).toEqual(inMemory)
  })
})

describe.each(Object.entries(ADAPTERS))('SM-05 a platform %s', (_name, make) => {
  const events = (frames: readonly Frame[]): readonly (string | undefined)[] =>
    frames.filter(({ op }) => op === 0).map(({ t }) => t)

  it('SM-01 numbers events, replays them in order and ends with RESUMED', async () => {
    const client = await make()
    const token = await getToken(client)
    const { socket, session } = await identified(client, token)
    client.sim.user('ann').say('one')
    await socket.until(({ s }) => s === 2)
    client.sim.faults.resetConnections()
    expect(await socket.untilEnd()).toMatchObject({ code: 1006 })
    client.sim.user('ann').say('two')
    client.sim.group('room').user('bob').say('three')
    const again = await client.open()
    again.send({ op: 6, d: { token: `QQBot ${token}`, session_id: session, seq: 2 } })
    expect(await again.until(({ t }) => t === 'RESUMED')).toEqual({ op: 0, s: 5, t: 'RESUMED', d: '' })
    expect(events(again.frames)).toEqual(['C2C_MESSAGE_CREATE', 'GROUP_AT_MESSAGE_CREATE', 'RESUMED'])
    await client.close()
  })
})
