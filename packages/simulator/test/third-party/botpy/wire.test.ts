import { afterEach, describe, expect, it } from 'vitest'

import { memoryClient, socketClient } from '../../support/clients.js'
import type { WireAnswer, WireClient, WireSocket } from '../../support/wire-client.js'

/**
 * The requests of botpy, the official Python client, and its comparisons. With a checkout of botpy, `pnpm soak` runs
 * the client itself. Its JSON comes from `json.dumps`, with blanks behind commas and colons; fields that are not set
 * are `null`.
 */
const INTENTS = 1_107_300_352 // public_messages, public_guild_messages, direct_message

const identify = (token: string): string =>
  `{"op": 2, "d": {"shard": [0, 1], "token": "QQBot ${token}", "intents": ${INTENTS}}}`

const resume = (token: string, session: string, seq: number): string =>
  `{"op": 6, "d": {"token": "QQBot ${token}", "session_id": "${session}", "seq": ${seq}}}`

/** A reply by scene: the way and the body. The ids of the way are in the body as well. */
const REPLIES = {
  c2c: (peer: string, message: string) => ({
    path: `/v2/users/${peer}/messages`,
    body: `{"openid": "${peer}", "msg_type": 0, "content": "heard", "embed": null, "ark": null, "message_reference": null, "media": null, "msg_id": "${message}", "msg_seq": 1, "event_id": null, "markdown": null, "keyboard": null}`,
  }),
  group: (peer: string, message: string) => ({
    path: `/v2/groups/${peer}/messages`,
    body: `{"group_openid": "${peer}", "msg_type": 0, "content": "heard", "embed": null, "ark": null, "message_reference": null, "media": null, "msg_id": "${message}", "msg_seq": 1, "event_id": null, "markdown": null, "keyboard": null}`,
  }),
  channel: (peer: string, message: string) => ({
    path: `/channels/${peer}/messages`,
    body: `{"channel_id": "${peer}", "content": "heard", "embed": null, "ark": null, "message_reference": null, "image": null, "file_image": null, "msg_id": "${message}", "event_id": null, "markdown": null, "keyboard": null}`,
  }),
  dm: (peer: string, message: string) => ({
    path: `/dms/${peer}/messages`,
    body: `{"guild_id": "${peer}", "content": "heard", "embed": null, "ark": null, "message_reference": null, "image": null, "file_image": null, "msg_id": "${message}", "event_id": null, "markdown": null, "keyboard": null}`,
  }),
} as const

let client: WireClient
afterEach(async () => client.close())

/** botpy reads a body as JSON only with exactly this content type. */
const isJson = (answer: WireAnswer): boolean => answer.headers['content-type'] === 'application/json'

const logIn = async (): Promise<string> => {
  const { appId, secret } = client.sim.credentials
  const answer = await client.call('/app/getAppAccessToken', {
    method: 'POST',
    body: `{"appId": "${appId}", "clientSecret": "${secret}"}`,
    headers: { 'content-type': 'application/json' },
  })
  // botpy concatenates the lifetime with a text; a number would raise a TypeError.
  expect(answer.json).toMatchObject({ access_token: expect.any(String), expires_in: expect.any(String) })
  return String(answer.json?.['access_token'])
}

const call = async (token: string, path: string, body?: string): Promise<WireAnswer> =>
  client.call(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `QQBot ${token}`,
      'x-union-appid': client.sim.credentials.appId,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body }),
  })

const connect = async (token: string): Promise<{ socket: WireSocket; session: string }> => {
  const socket = await client.open()
  await socket.until(({ op }) => op === 10)
  socket.sendText(identify(token))
  const ready = await socket.until(({ t }) => t === 'READY')
  expect(ready).toMatchObject({
    s: 1,
    d: { version: expect.any(Number), shard: [0, 1], user: { username: expect.any(String) } },
  })
  return { socket, session: (ready.d as { session_id: string }).session_id }
}

describe.each([
  ['in memory', memoryClient],
  ['over sockets', socketClient],
] as const)('what botpy sends and compares, %s', (_, clientOf) => {
  it('SM-01 gets its identity and the gateway’s address as strict JSON', async () => {
    client = await clientOf()
    const token = await logIn()
    const me = await call(token, '/users/@me')
    expect(isJson(me)).toBe(true)
    // botpy converts the id to a number.
    expect(me.json?.['id']).toMatch(/^\d+$/)
    const gateway = await call(token, '/gateway/bot')
    expect(isJson(gateway)).toBe(true)
    expect(gateway.json).toMatchObject({
      url: expect.any(String),
      session_start_limit: { max_concurrency: 1 },
    })
  })

  it('SM-01 identifies without properties, beats, and resumes without a shard', async () => {
    client = await clientOf()
    const token = await logIn()
    const { socket, session } = await connect(token)
    socket.sendText('{"op": 1, "d": 1}')
    await socket.until(({ op }) => op === 11)
    client.sim.faults.close(4009, 'Session timed out')
    await socket.untilEnd()
    client.sim.user('ann').say('while away')
    const again = await client.open()
    await again.until(({ op }) => op === 10)
    again.sendText(resume(token, session, 1))
    const resumed = await again.until(({ t }) => t === 'RESUMED')
    // botpy compares the sequence number of every event frame.
    expect(again.frames.filter(({ op }) => op === 0).map(({ t, s }) => [t, typeof s])).toEqual([
      ['C2C_MESSAGE_CREATE', 'number'],
      ['RESUMED', 'number'],
    ])
    expect(resumed.s).toBeGreaterThan(0)
  })

  it('SM-01 replies in all four scenes with null for unset fields', async () => {
    client = await clientOf()
    const token = await logIn()
    await connect(token)
    for (const person of [
      client.sim.user('ann'),
      client.sim.group('room').user('bob'),
      client.sim.channel('general').user('cat'),
      client.sim.dm('dan'),
    ]) {
      const said = person.say('hi')
      const { peerId } = client.sim.log.of('message').at(-1) ?? { peerId: '' }
      const { path, body } = REPLIES[person.scene](peerId, said.id)
      const answer = await call(token, path, body)
      expect([answer.status, isJson(answer)], answer.text).toEqual([200, true])
      expect(client.sim.log.of('message').at(-1)).toMatchObject({ replyTo: said.id, content: 'heard' })
    }
  })

  it('SM-01 a refusal is strict JSON too', async () => {
    client = await clientOf()
    const token = await logIn()
    const { path, body } = REPLIES.c2c('NOBODY', 'NOTHING')
    const answer = await call(token, path, body)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(isJson(answer)).toBe(true)
    expect(answer.json).toMatchObject({ message: expect.any(String) })
  })
})
