/** What hosts keep of a body that they read themselves (§7.2), through the node handler. */
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { runInNewContext } from 'node:vm'

import type { LogRecord } from '@qqkit/core'
import { describe, expect, it } from 'vitest'

import { nodeHandler } from '../src/index.js'
import { keysOf, signText } from '../src/signature.js'
import { APP_ID, listening, messageBody, SECRET } from './support/platform.js'

const BODY = messageBody(1).replace('hi', '你好 😀')
const BYTES = Buffer.from(BODY)

const within = (offset: number): ArrayBuffer => {
  const buffer = new ArrayBuffer(BYTES.length + 16)
  new Uint8Array(buffer).set(BYTES, offset)
  return buffer
}
const exact = (): ArrayBuffer => new Uint8Array(BYTES).buffer
const shared = (): Uint8Array => {
  const bytes = new Uint8Array(new SharedArrayBuffer(BYTES.length))
  bytes.set(BYTES)
  return bytes
}

/** A request whose body is gone, or still there, with what its host has left on it. */
const given = async (kept: object, isRead: boolean, prepare = (_request: IncomingMessage): void => {}) => {
  const records: LogRecord[] = []
  const { clock, deliveries, webhook } = listening({ log: (record) => records.push(record) })
  const timestamp = String(Math.floor(clock.wall() / 1000))
  const request = Object.assign(new IncomingMessage(new Socket()), {
    method: 'POST',
    complete: true,
    rawHeaders: [
      ['x-bot-appid', APP_ID],
      ['x-signature-timestamp', timestamp],
      ['x-signature-ed25519', signText(keysOf(SECRET), timestamp, BODY)],
    ].flat(),
  })
  prepare(request)
  // In pieces, the first of which ends within a character.
  const middle = BYTES.indexOf('你') + 1
  request.push(BYTES.subarray(0, middle))
  request.push(BYTES.subarray(middle))
  request.push(null)
  if (isRead) await Readable.prototype.toArray.call(request)
  Object.assign(request, kept)
  const response = new ServerResponse(request)
  let text = ''
  response.end = (chunk?: unknown) => {
    text = String(chunk)
    return response
  }
  await nodeHandler(webhook)(request, response)
  return { status: response.statusCode, text, deliveries, records }
}

describe('WH-08 a raw body', () => {
  const forms: readonly (readonly [string, unknown])[] = [
    ['a Buffer', BYTES],
    ['a Uint8Array', new Uint8Array(BYTES)],
    ['a part of a larger buffer', new Uint8Array(within(7), 7, BYTES.length)],
    ['an ArrayBuffer', exact()],
    ['a DataView', new DataView(within(3), 3, BYTES.length)],
    ['another view', new Int8Array(exact())],
    ['shared memory', shared()],
    ['an ArrayBuffer of another realm', runInNewContext(`new Uint8Array([${[...BYTES].join()}]).buffer`)],
    ['a Uint8Array of another realm', runInNewContext(`new Uint8Array([${[...BYTES].join()}])`)],
    ['text', BODY],
  ]
  it.each(forms)(
    'verifies as %s, kept as rawBody or left by a parser of bytes as body',
    async (_form, kept) => {
      for (const host of [{ rawBody: kept }, { rawBody: kept, body: { parsed: true } }, { body: kept }]) {
        const { status, deliveries } = await given(host, true)
        expect([status, deliveries.map(({ frame }) => (frame.d as { content: string }).content)]).toEqual([
          200,
          ['你好 😀'],
        ])
      }
    },
  )

  it('comes from the request itself if it has not been read', async () => {
    for (const host of [{}, { rawBody: undefined, body: {} }, { rawBody: null }])
      expect((await given(host, false)).status).toBe(200)
  })

  it.each(['utf8', 'latin1', 'base64', 'hex'] as const)(
    'has the same bytes after setEncoding(%s) without a read',
    async (encoding) => {
      const { status, deliveries } = await given({}, false, (request) => request.setEncoding(encoding))
      expect(status).toBe(200)
      expect(deliveries).toMatchObject([{ frame: { d: { content: '你好 😀' } } }])
    },
  )

  it('is verified with headers that the host only gives joined', async () => {
    const { status } = await given({}, false, (request) => {
      for (let n = 0; n + 1 < request.rawHeaders.length; n += 2)
        request.headers[request.rawHeaders[n] ?? ''] = request.rawHeaders[n + 1]
      request.rawHeaders = []
    })
    expect(status).toBe(200)
  })

  const wrong = [
    JSON.parse(BODY) as object,
    { type: 'Buffer', data: [...BYTES] },
    7,
    true,
    [...BYTES],
    () => BODY,
  ]
  it.each(wrong)('that is neither bytes nor text is refused with what rawBody must be (%#)', async (kept) => {
    for (const isRead of [true, false]) {
      const { status, text, deliveries, records } = await given({ rawBody: kept }, isRead)
      expect([status, text, deliveries]).toEqual([500, expect.stringContaining('rawBody must be'), []])
      expect(records).toMatchObject([
        { reason: 'raw_body', error: { message: expect.stringContaining('rawBody must be') as string } },
      ])
    }
  })

  it.each(wrong)('that was parsed and not kept is refused with the same message (%#)', async (kept) => {
    const { status, text, records } = await given({ body: kept }, true)
    expect([status, text]).toEqual([500, expect.stringContaining('rawBody must be')])
    expect(records).toMatchObject([{ reason: 'consumed' }])
  })

  it('with other bytes is refused as forged, wherever it is kept', async () => {
    for (const other of [`${BODY} `, Buffer.from(`${BODY} `)])
      expect((await given({ rawBody: other }, true)).status).toBe(401)
  })
})
