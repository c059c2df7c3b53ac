import { connect } from 'node:net'
import { Readable } from 'node:stream'

import fc from 'fast-check'
import { request } from 'undici'
import { describe, expect, it } from 'vitest'

import { getToken, identified, memoryClient, socketClient } from '../support/clients.js'

/** JSON texts, among them frames that look nearly right. */
const frame = fc.oneof(
  fc.json(),
  fc.string(),
  fc
    .record(
      {
        op: fc.oneof(fc.constantFrom(0, 1, 2, 6, 7, 9, 10, 11, 12, 13), fc.anything()),
        d: fc.oneof(
          fc.anything(),
          fc.record({
            token: fc.anything(),
            session_id: fc.anything(),
            seq: fc.anything(),
            shard: fc.anything(),
          }),
        ),
      },
      { requiredKeys: [] },
    )
    .map((value) => {
      try {
        return JSON.stringify(value) ?? ''
      } catch {
        return '{'
      }
    }),
)

const ROUTES = [
  ['POST', '/app/getAppAccessToken'],
  ['GET', '/gateway/bot'],
  ['POST', '/v2/users/ANN/messages'],
  ['POST', '/v2/groups/ROOM/messages'],
  ['POST', '/channels/GENERAL/messages'],
  ['PATCH', '/channels/GENERAL/messages/1'],
  ['POST', '/v2/users/ANN/stream_messages'],
  ['POST', '/v2/users/ANN/files'],
  ['POST', '/v2/users/ANN/upload_prepare'],
  ['POST', '/v2/users/ANN/upload_part_finish'],
  ['PUT', '/_cos/a/b'],
  ['PUT', '/interactions/x'],
  ['POST', '/users/@me/dms'],
  ['DELETE', '/v2/users/ANN/messages/x'],
] as const

const FIELDS =
  `content msg_type msg_id event_id msg_seq markdown keyboard media ark is_wakeup file_type url file_data
  upload_id file_size md5 sha1 md5_10m part_index block_size input_state input_mode content_raw stream_msg_id index code stream
  recipient_id appId`.split(/\s+/)

/** Bodies that carry the fields of the API with values of any kind. */
const body = fc.oneof(
  fc.string(),
  fc.json(),
  fc
    .record(Object.fromEntries(FIELDS.map((name) => [name, fc.jsonValue()])), { requiredKeys: [] })
    .map((value) => JSON.stringify(value)),
)

/** A 500 is a defect of the simulator here, so the platform's own final refusals get 400 (§2.9). */
const live = { refusalStatus: '400' } as const

describe('any data of a client', () => {
  it('SM-01 any frame gets an answer or a close code, and the platform keeps running', async () => {
    const client = await memoryClient({ sessionStarts: { maxConcurrency: 1_000_000, total: 1_000_000 } })
    const token = await getToken(client)
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 8 }), fc.boolean(), async (frames, ready) => {
        const socket = ready ? (await identified(client, token)).socket : await client.open()
        for (const text of frames) socket.sendText(text)
        await client.clock.settle()
        socket.send({ op: 1, d: null })
        await client.clock.settle()
        const answered = socket.frames.at(-1)?.op === 11
        expect(answered || (socket.ended?.code ?? 0) >= 4000).toBe(true)
        socket.terminate()
      }),
      { numRuns: 150 },
    )
    await client.close()
  })

  it('SM-01 calls of any kind get the platform’s answer or a 4xx', async () => {
    const client = await memoryClient({ limits: false, live })
    const token = await getToken(client)
    const { sim } = client
    const concrete = (path: string): string =>
      path
        .replace('ANN', sim.user('ann').id)
        .replace('ROOM', sim.group('room').id)
        .replace('GENERAL', sim.channel('general').id)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...ROUTES), body, async ([method, path], text) => {
        const answer = await client.call(concrete(path), { method, token, body: text })
        expect(answer.status).toBeGreaterThanOrEqual(200)
        expect(answer.status).toBeLessThan(500)
        expect(answer.headers['x-tps-trace-id']).toMatch(/^[0-9a-f]{32}$/)
      }),
      { numRuns: 300 },
    )
    await client.close()
  })

  it('SM-01 an object without a conversion to text or number is a wrong value, in each field', async () => {
    const client = await memoryClient({ limits: false, live })
    const { sim } = client
    const token = await getToken(client)
    // Faults inspect a call before its fields are checked.
    sim.faults.add({ on: 'call', match: { person: 'nobody' }, do: { kind: 'hang' }, times: 'forever' })
    const path = (text: string): string =>
      text
        .replace('ANN', sim.user('ann').id)
        .replace('ROOM', sim.group('room').id)
        .replace('GENERAL', sim.channel('general').id)
    const usual = { content: 'a', url: 'https://example.test/a.png', file_type: 1 }
    for (const [method, route] of ROUTES)
      for (const field of FIELDS) {
        const text = JSON.stringify({ ...usual, [field]: { toString: null, valueOf: null } })
        const { status } = await client.call(path(route), { method, token, body: text })
        expect(status, `${method} ${route} ${field}`).toBeLessThan(500)
      }
    await client.close()
  })

  it('SM-01 any unknown path is answered, not fatal', async () => {
    const client = await memoryClient()
    const token = await getToken(client)
    const path = fc.array(fc.string({ maxLength: 6 }), { maxLength: 5 }).map((parts) => `/${parts.join('/')}`)
    const raw = fc.constantFrom(
      '/%',
      '/%zz',
      '/v2/users/%ff/messages',
      '//',
      '/../../etc/passwd',
      '/?',
      '/v2//users',
    )
    await fc.assert(
      fc.asyncProperty(fc.oneof(path.map(encodeURI), raw), async (target) => {
        const { status } = await client.call(target, { token })
        expect(status === 200 || (status >= 400 && status < 500)).toBe(true)
      }),
      { numRuns: 200 },
    )
    await client.close()
  })

  it('SM-01 bodies of 100 MB are refused with 413, and the next call is answered', async () => {
    const client = await socketClient()
    const token = await getToken(client)
    const path = `/v2/users/${client.sim.user('ann').id}/messages`
    const big = Buffer.alloc(100 * 1_048_576, 0x61)
    const answer = await client
      .call(path, { method: 'POST', token, body: big })
      .catch((error: unknown) => error)
    expect(answer).toMatchObject({
      status: 413,
      json: null,
      text: expect.stringContaining('<html>') as string,
      headers: { 'content-type': 'text/html' },
    })
    expect((await client.call('/users/@me', { token })).status).toBe(200)
    await client.close()
  })

  it('SM-01 streams of 100 MB are refused with 413 in memory too', async () => {
    const client = await memoryClient()
    const token = await getToken(client)
    const chunk = Buffer.alloc(1_048_576, 0x61)
    const body = Readable.from(Array.from({ length: 100 }, () => chunk))
    const answer = await request(`${client.sim.url}/v2/users/${client.sim.user('ann').id}/messages`, {
      method: 'POST',
      headers: { authorization: `QQBot ${token}` },
      body,
      dispatcher: client.sim.dispatcher,
    })
    await answer.body.dump()
    expect(answer.statusCode).toBe(413)
    expect((await client.call('/users/@me', { token })).status).toBe(200)
    await client.close()
  })

  it('SM-01 bodies nested without end are refused, and what is kept can be written out', async () => {
    const client = await memoryClient()
    const token = await getToken(client)
    const path = `/v2/users/${client.sim.user('ann').id}/messages`
    const deep = `${'['.repeat(60_000)}${']'.repeat(60_000)}`
    const send = async (text: string) => client.call(path, { method: 'POST', token, body: text })
    expect((await send(`{"content":"x","ark":${deep}}`)).json).toMatchObject({ code: 12002 })
    expect((await send(`{"content":"x","ark":${'['.repeat(90)}${']'.repeat(90)}}`)).status).toBe(200)
    expect(JSON.stringify(client.sim.log.entries())).toContain('"change":"sent"')
    await client.close()
  })

  it('SM-01 frames of 2 MB end the connection, not the platform', async () => {
    const client = await socketClient()
    const socket = await client.open()
    socket.sendText('x'.repeat(2 * 1_048_576))
    expect([1006, 1009]).toContain((await socket.untilEnd()).code)
    expect((await client.open()).ended).toBeNull()
    await client.close()
  })

  it.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['a half request', 'POST /app/getAppAccessToken HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{'],
    [
      'an upgrade to nowhere',
      'GET /nowhere HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
    ],
    [
      'an upgrade without a key',
      'GET /websocket HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
    ],
    [
      'an upgrade to something else',
      'GET /websocket HTTP/1.1\r\nhost: x\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n',
    ],
    [
      'a bad frame',
      `GET /websocket HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n\xff\xff\xff\xff`,
    ],
  ])('SM-01 %s on the wire does no harm', async (_what, bytes) => {
    const client = await socketClient()
    const { port } = new URL(client.sim.url)
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.end(Buffer.from(bytes, 'latin1')))
      socket.on('error', () => resolve())
      socket.on('close', () => resolve())
      socket.resume()
    })
    expect((await client.call('/gateway')).status).toBe(401)
    await client.close()
  })
})
