import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { isUnderReview } from '../src/answers/classify-answer.js'
import { isPlain, readAnswer, readBody } from '../src/answers/read-answer.js'
import type { HttpReply } from '../src/http/exchange.js'
import { fillRoute } from '../src/http/route-path.js'
import { InvalidRequestError, type RestError } from '../src/index.js'
import { ANCHOR, restHarness, C2C, CHANNEL, DM, failure, GROUP, sent } from './support/rest-harness.js'
import type { Reply } from './support/scripted-dispatcher.js'

it.each([
  { err_code: 40034005, message: 'x', trace_id: 't' },
  { code: 40034005, message: 'x' },
  { code: 40034005, err_code: 40034005, msg: 'x' },
  { err_code: '40034005', err_msg: 'x' },
  { biz_code: 40034005, message: 'x' },
])('RS-12 HTTP 200 with %j is an error', async (body) => {
  const { rest } = restHarness([{ status: 200, body }], { fallbacks: [] })
  await expect(rest.send(C2C, 'hi')).rejects.toMatchObject({
    errCode: 40034005,
    httpStatus: 200,
    delivered: 'no',
  })
})

it('RS-12 RS-24 err_code decides where both are known', async () => {
  const { rest } = restHarness([{ status: 400, body: { err_code: 22006, code: 40034006 } }])
  await expect(rest.send(C2C, 'hi')).rejects.toMatchObject({ errCode: 22006 })
})

it.each([200, 201, 202])('RS-12 an audit with HTTP %d is a result', async (status) => {
  const body = { code: 304024, message: 'waiting', data: { message_audit: { audit_id: 'a-1' } } }
  const { rest } = restHarness([{ status, body }])
  expect(await rest.send(CHANNEL, 'hi')).toMatchObject({ kind: 'audit', auditId: 'a-1', id: null })
})

it('RS-12 an audit id means an audit if the code is unknown', async () => {
  const body = { code: 987_654, data: { message_audit: { audit_id: 'a-1' } } }
  const { rest } = restHarness([
    { status: 202, body },
    { status: 400, body },
  ])
  expect(await rest.send(CHANNEL, 'hi')).toMatchObject({ kind: 'audit', auditId: 'a-1' })
  await expect(rest.send(CHANNEL, 'hi')).rejects.toMatchObject({ errCode: 987_654 })
})

it('RS-12 an audit id beside a message id belongs to a message that was sent', async () => {
  const { rest } = restHarness([
    { status: 200, body: { id: 'm', audit_id: 'a' } },
    { status: 200, body: { audit_id: 'a' } },
  ])
  expect(await rest.send(C2C, 'hi')).toMatchObject({ kind: 'sent', id: 'm' })
  expect(await rest.send(C2C, 'hi')).toMatchObject({ kind: 'audit', auditId: 'a' })
})

it.each([
  [202, { code: 304023, message: 'push message is waiting for audit now' }],
  [201, { err_code: '304024', message: 'waiting', data: {} }],
  [200, { code: 304023, data: null }],
  [400, { code: 304024, message: 'waiting' }],
  [202, {}],
  [201, undefined],
])('RS-12 RS-21 HTTP %d with %j waits for an audit whose id is not known', async (status, body) => {
  const { rest, clock, calls } = restHarness([{ status, body }])
  const result = await rest.send(CHANNEL, 'hi', { anchor: { msgId: 'm' } })
  expect(result).toMatchObject({ kind: 'audit', auditId: null, id: null, steps: [] })
  if (result.kind !== 'audit') throw new Error('expected an audit')
  rest.observe({ t: 'MESSAGE_AUDIT_PASS', d: { audit_id: 'of-another' } })
  expect(await result.audited()).toEqual({ kind: 'pending' })
  expect(clock.pending).toBe(0)
  expect(calls).toHaveLength(1)
})

it('RS-12 a 202 with the id of a message is a message', async () => {
  const { rest } = restHarness([{ status: 202, body: { id: 'm', code: 0 } }])
  expect(await rest.send(CHANNEL, 'hi')).toMatchObject({ kind: 'sent', id: 'm' })
})

it('RS-12 a 202 with another code is an error', async () => {
  const { rest } = restHarness([{ status: 202, body: { code: 304016, message: 'send error' } }])
  await expect(rest.send(CHANNEL, 'hi')).rejects.toMatchObject({ errCode: 304016 })
})

it.each([
  { status: 204 },
  { status: 200 },
  { status: 200, raw: '{}' },
  { status: 200, raw: ' ' },
  { status: 200, raw: 'null' },
  { status: 200, raw: '{"code":0}' },
  { status: 200, raw: '{"code":"0","retcode":0,"data":{"err_code":0}}' },
] as const)('RS-12 %j is fine where there is nothing to tell', async (reply) => {
  const { rest } = restHarness([reply])
  await rest.interactions.ack('i-1')
  await rest.recall(GROUP, 'm-1')
  await rest.request('PUT /v3/other')
})

it.each(['ok', '"ok"', 'SUCCESS', '"success"'])('RS-12 the word %s acknowledges a click', async (raw) => {
  const { rest, calls } = restHarness([{ status: 200, raw }])
  await rest.interactions.ack('i-1')
  expect(calls).toHaveLength(1)
})

it.each([
  [{ status: 200, raw: '[]' }, []],
  [{ status: 200, raw: '[1]' }, [1]],
  [{ status: 200, raw: '{"code":0}' }, { code: 0 }],
] as const)('RS-12 %j tells something', async (reply, body) => {
  const { rest } = restHarness([reply])
  expect(await rest.request('GET /users/@me/guilds')).toEqual(body)
})

const ENCODED = (bytes: Buffer, encoding: string, status = 200): Reply => ({
  status,
  raw: bytes,
  headers: { 'content-encoding': encoding },
})
const json = (body: unknown): Buffer => Buffer.from(JSON.stringify(body))
const MESSAGE = json({ id: 'm-1' })

/** What no send, stream or call that asks for something can make sense of, all of them with a status that says "good". */
const NOT_UNDERSTOOD: Readonly<Record<string, Reply>> = {
  'an empty body': { status: 200 },
  'a 204': { status: 204 },
  blanks: { status: 200, raw: ' \n' },
  null: { status: 200, raw: 'null' },
  'an empty text': { status: 200, raw: '""' },
  'a word': { status: 200, raw: 'ok' },
  'a quoted word': { status: 200, raw: '"ok"' },
  'a number': { status: 200, raw: '0' },
  true: { status: 200, raw: 'true' },
  'the words of a proxy': { status: 200, raw: 'upstream connect error or disconnect/reset before headers' },
  'half an object': { status: 200, raw: '{"id":"m' },
  'half a list': { status: 200, raw: '[{' },
  'a page': { status: 200, raw: '<html>welcome</html>' },
  'a body order mark alone': { status: 200, raw: '\uFEFF' },
  'an encoding nobody knows': ENCODED(MESSAGE, 'pack200'),
  'gzip that is none': ENCODED(MESSAGE, 'gzip'),
  'half of gzip': ENCODED(gzipSync(MESSAGE).subarray(0, 14), 'gzip'),
  'one encoding of two': ENCODED(gzipSync(MESSAGE), 'gzip, br'),
  'a bomb': ENCODED(gzipSync(Buffer.alloc(17 * 1024 * 1024, 32)), 'gzip'),
  'a code that is no number': { status: 200, raw: '{"id":"m-1","code":"E_FAIL"}' },
  'a code beyond numbers': { status: 200, raw: '{"id":"m-1","code":1e30}' },
  'a code that is true': { status: 200, raw: '{"err_code":true}' },
  'words for a failure': { status: 200, raw: '{"id":"m-1","error":"bad gateway"}' },
  'a failure in an object': { status: 200, raw: '{"error":{"reason":"busy"}}' },
  'a success that is none': { status: 200, raw: '{"success":false}' },
}

describe.each(Object.entries(NOT_UNDERSTOOD))('RS-53 %s', (_name, reply) => {
  const failed = {
    situation: 'no_answer',
    delivered: 'unknown',
    httpStatus: (reply as { status: number }).status,
  }

  it('is no success of a send, and the send is not repeated without a key', async () => {
    const { rest, calls, settle } = restHarness([reply])
    await expect(settle(rest.send(GROUP, 'hi'))).rejects.toMatchObject(failed)
    expect(calls).toHaveLength(1)
  })

  it('is repeated under the same number where there is one', async () => {
    const { rest, calls, settle } = restHarness([reply, failure(40054005)])
    const result = await settle(rest.send(GROUP, 'hi', { anchor: ANCHOR }))
    expect(result.kind).toBe('duplicate')
    expect(calls.map(({ body }) => (body as { msg_seq: number }).msg_seq)).toEqual([1, 1])
  })

  it('is no success of a request for something', async () => {
    const { rest, settle } = restHarness([reply])
    await expect(settle(rest.request('GET /users/@me'))).rejects.toMatchObject(failed)
    await expect(
      settle(rest.request('POST /v2/groups/{group_openid}/messages', { params: { group_openid: 'g' } })),
    ).rejects.toMatchObject(failed)
  })

  it('is no success of a stream', async () => {
    const { rest, settle } = restHarness([reply])
    const stream = rest.openStream({ scene: 'c2c', id: C2C.id }, { anchor: ANCHOR })
    stream.write('text')
    await expect(settle(stream.end())).rejects.toMatchObject({
      code: 'stream_incomplete',
      delivered: '',
      uncertain: 'text',
    })
  })
})

describe.each(['{}', '{"id":null}', '{"status":"UP"}', '{"result":[]}', '{"data":{"x":1}}', '{"data":"x"}'])(
  'RS-53 an object that tells nothing of a message: %s',
  (raw) => {
    const reply = { status: 200, raw }

    it('is no success of a send', async () => {
      const { rest, calls, settle } = restHarness([reply])
      await expect(settle(rest.send(GROUP, 'hi'))).rejects.toMatchObject({ delivered: 'unknown' })
      expect(calls).toHaveLength(1)
      const keyed = restHarness([reply, failure(40054005)])
      expect(await keyed.settle(keyed.rest.send(C2C, 'hi', { anchor: ANCHOR }))).toMatchObject({
        kind: 'duplicate',
      })
    })

    it('is no success of a stream', async () => {
      const { rest, settle } = restHarness([reply])
      const stream = rest.openStream({ scene: 'c2c', id: C2C.id }, { anchor: ANCHOR })
      stream.write('text')
      await expect(settle(stream.end())).rejects.toMatchObject({ delivered: '', uncertain: 'text' })
    })

    it('may be what another call asks for', async () => {
      const { rest } = restHarness([reply])
      expect(await rest.request('GET /users/@me')).toEqual(JSON.parse(raw))
    })
  },
)

it('RS-53 a message in a wrapper is one that was sent', async () => {
  const { rest } = restHarness([{ status: 200, body: { code: 0, data: { id: 'm-1', timestamp: 1 } } }])
  expect(await rest.send(GROUP, 'hi')).toMatchObject({ kind: 'sent', id: 'm-1', timestamp: 1 })
})

it.each([
  ['gzip', gzipSync(MESSAGE)],
  ['X-GZIP', gzipSync(MESSAGE)],
  ['deflate', deflateSync(MESSAGE)],
  ['deflate', deflateRawSync(MESSAGE)],
  ['br', brotliCompressSync(MESSAGE)],
  ['gzip, br', brotliCompressSync(gzipSync(MESSAGE))],
  ['identity', Buffer.concat([Buffer.from('\uFEFF'), MESSAGE])],
  ['', MESSAGE],
])('RS-53 an answer in %s is read', async (encoding, bytes) => {
  const { rest } = restHarness([ENCODED(bytes, encoding)])
  expect(await rest.send(GROUP, 'hi')).toMatchObject({ kind: 'sent', id: 'm-1' })
})

it('RS-53 a code inside an encoded refusal opens its fallback', async () => {
  const { rest, calls } = restHarness([ENCODED(gzipSync(json({ err_code: 40034005 })), 'gzip', 400), sent()])
  const result = await rest.send(GROUP, 'hi', { anchor: ANCHOR })
  expect(result).toMatchObject({ kind: 'sent', mode: 'proactive' })
  expect(calls).toHaveLength(2)
})

it.each([
  [{ code: '-1', message: 'x' }, -1],
  [{ code: -1 }, -1],
  [{ retcode: 11, msg: 'x' }, 11],
  [{ code: 0, retcode: '11' }, 11],
  [{ code: ' 11255 ' }, 11255],
  [{ err_code: '\n40034105' }, 40034105],
  [{ data: { err_code: 40034005, message: 'x' } }, 40034005],
  [{ code: 0, data: { code: '22006' } }, 22006],
  [{ ret: -1, msg: 'x' }, -1],
  [{ biz_code: 0, errcode: 40001, errmsg: 'x' }, 40001],
  [{ error: { code: 40034005, message: 'x' } }, 40034005],
])('RS-53 HTTP 200 with %j is an error', async (body, errCode) => {
  const { rest } = restHarness([{ status: 200, body }], { fallbacks: [] })
  await expect(rest.send(C2C, 'hi')).rejects.toMatchObject({ errCode, delivered: 'no' })
  await expect(rest.request('GET /users/@me')).rejects.toMatchObject({ errCode })
})

it.each([408, 421, 425, 499])(
  'RS-54 HTTP %d says nothing of the request: repeated where that is harmless',
  async (status) => {
    const { rest, calls, settle } = restHarness([{ status }, { status: 200, body: { id: 'b' } }])
    expect(await settle(rest.request('GET /users/@me'))).toEqual({ id: 'b' })
    expect(calls).toHaveLength(2)
    const reply = restHarness([{ status }, sent()])
    expect(await reply.settle(reply.rest.send(C2C, 'hi', { anchor: ANCHOR }))).toMatchObject({ kind: 'sent' })
    expect(reply.calls).toHaveLength(2)
    const plain = restHarness([{ status }])
    await expect(plain.settle(plain.rest.send(C2C, 'hi'))).rejects.toMatchObject({ delivered: 'unknown' })
    expect(plain.calls).toHaveLength(1)
  },
)

it.each([408, 425])('RS-54 a final code beside HTTP %d is a refusal', async (status) => {
  const { rest, calls } = restHarness([failure(40034006, 'no', status)])
  await expect(rest.send(C2C, 'hi', { anchor: ANCHOR })).rejects.toMatchObject({ delivered: 'no' })
  expect(calls).toHaveLength(1)
})

it('RS-12 a page of HTML is a clear error', async () => {
  const { rest, settle } = restHarness([{ status: 502, raw: '<html><body>502 Bad Gateway</body></html>' }])
  const error = await settle(rest.send(C2C, 'hi').catch((reason: unknown) => reason))
  expect(error).toMatchObject({ code: 'server_error', httpStatus: 502, errCode: null, delivered: 'unknown' })
  expect((error as RestError).message).toBe(
    'POST /v2/users/{user_openid}/messages: the platform failed while processing (HTTP 502)',
  )
})

it('reads any text without a throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), fc.integer({ min: 100, max: 599 }), (text, status) => {
      const reading = readAnswer({ status, headers: {}, body: Buffer.from(text) }, 0)
      for (const number of Object.values(reading.numbers))
        expect(number === null || Number.isSafeInteger(number)).toBe(true)
      expect(typeof reading.text).toBe('string')
    }),
  )
})

it('keeps the trace id of header or body', async () => {
  const { rest } = restHarness([
    { status: 400, body: { err_code: 22006 }, headers: { 'x-tps-trace-id': 'from-header' } },
    failure(22006),
  ])
  await expect(rest.send(C2C, 'hi')).rejects.toMatchObject({ traceId: 'from-header' })
  await expect(rest.send(C2C, 'hi')).rejects.toMatchObject({ traceId: 'trace-1' })
})

it('RS-20 ids are encoded and cannot change the route', async () => {
  const { rest, calls } = restHarness([sent()])
  await rest.send({ scene: 'c2c', id: 'a/b?c#d%2e' }, 'hi')
  await rest.recall(C2C, 'ROBOT1.0_x!!')
  await rest.recall(DM, "(*'!)", { hideTip: true })
  await rest.request('GET /guilds/{guild_id}', { params: { guild_id: '../users/@me' } })
  expect(calls.map(({ path }) => path)).toEqual([
    '/v2/users/a%2Fb%3Fc%23d%252e/messages',
    `/v2/users/${C2C.id}/messages/ROBOT1.0_x%21%21`,
    `/dms/${DM.id}/messages/%28%2A%27%21%29?hidetip=true`,
    '/guilds/..%2Fusers%2F%40me',
  ])
})

it.each(['', '.', '..', 'a b', 'a\nb', '\u0000', 'x'.repeat(513), '\uD800', undefined, null, {}, []])(
  'RS-20 %j is no id: nothing is sent',
  async (id) => {
    const { rest, dispatcher } = restHarness([sent()])
    const bad = id as string
    const attempts = [
      rest.send({ scene: 'c2c', id: bad }, 'hi'),
      rest.send(C2C, 'hi', { anchor: { msgId: bad } }),
      rest.recall(C2C, bad),
      rest.interactions.ack(bad),
      rest.request('GET /guilds/{guild_id}', { params: { guild_id: bad } }),
    ]
    for (const outcome of await Promise.allSettled(attempts))
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'invalid_request' } })
    expect(dispatcher.seen).toHaveLength(0)
  },
)

it('RS-20 whatever an id holds, the path has as many segments as the route', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (id) => {
      let path: string
      try {
        path = fillRoute('/v2/users/{user_openid}/messages', { user_openid: id })
      } catch (error) {
        return InvalidRequestError.is(error)
      }
      const url = new URL(path, 'https://platform.test')
      return (
        url.pathname === path &&
        path.split('/').length === 5 &&
        decodeURIComponent(path.split('/')[3] ?? '') === id &&
        url.search === ''
      )
    }),
  )
})

it('acknowledges interactions with both headers, before other calls', async () => {
  const { rest, calls } = restHarness([{ status: 204 }])
  await rest.interactions.ack('i-1', 4)
  expect(calls[0]).toMatchObject({
    method: 'PUT',
    path: '/interactions/i-1',
    body: { code: 4 },
    headers: { 'x-callback-appid': '102000001', 'x-union-appid': '102000001' },
  })
  await expect(rest.interactions.ack('i-1', 9 as 0)).rejects.toBeInstanceOf(InvalidRequestError)
})

it('requests the gateway once for concurrent calls, and returns the answer unchanged', async () => {
  const { rest, calls } = restHarness([{ status: 200, raw: '{}' }])
  expect(await Promise.all([rest.access.gateway(), rest.access.gateway()])).toEqual([{}, {}])
  expect(calls).toHaveLength(1)
})

const SECOND = 1000

it('an acknowledgement is tried for three seconds, unless a timeout is given', async () => {
  const hanging = restHarness(['hang'])
  await expect(
    hanging.settle(hanging.rest.interactions.ack('i-1', 0, { timeout: undefined })),
  ).rejects.toMatchObject({ code: 'timeout' })
  expect(hanging.clock.now()).toBe(3 * SECOND)

  const limited = restHarness([{ status: 429, headers: { 'retry-after': '5' } }, { status: 204 }])
  await expect(limited.settle(limited.rest.interactions.ack('i-1'))).rejects.toMatchObject({
    code: 'rate_limited',
    retryAfter: 5 * SECOND,
  })
  expect(limited.clock.now()).toBe(0)

  const patient = restHarness([{ status: 429, headers: { 'retry-after': '5' } }, { status: 204 }])
  await patient.settle(patient.rest.interactions.ack('i-1', 0, { timeout: 10 * SECOND }))
  expect(patient.clock.now()).toBe(5 * SECOND)
})

describe('RS-12 an answer whose fields have harmless names is not read further', () => {
  const other = fc.string().filter((name) => name !== '__proto__' && isPlain({ [name]: 1 }))
  const value = fc.jsonValue({ maxDepth: 1 })
  const reply = (body: object): HttpReply => ({
    status: 200,
    headers: {},
    body: Buffer.from(JSON.stringify(body)),
  })

  it('reads the same as when every field is looked at', () => {
    fc.assert(
      fc.property(fc.dictionary(other, value), (body) => {
        // The empty field changes nothing but that the whole answer is read.
        const { body: _whole, ...whole } = readAnswer(reply({ ...body, err_msg: '' }), 0)
        const { body: _quick, ...quick } = readAnswer(reply(body), 0)
        expect(quick).toEqual(whole)
        expect(isUnderReview(200, body)).toBe(isUnderReview(200, { ...body, err_msg: '' }))
      }),
    )
  })

  it('knows every name that a reader looks at', () => {
    const names = new Set<string>()
    const noting = (): object =>
      new Proxy(
        {},
        {
          get: (_fields, name) => {
            names.add(String(name))
            return undefined
          },
        },
      )
    readBody(noting())
    expect([...names].filter((name) => isPlain({ [name]: 1 }))).toEqual([])
    expect(names.size).toBeGreaterThan(9)
  })
})
