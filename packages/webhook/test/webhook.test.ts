import { inspect } from 'node:util'

import type { Delivery, LogRecord } from '@qqkit/core'
import { describe, expect, it } from 'vitest'

import { Webhook } from '../src/index.js'
import { keysOf, signText } from '../src/signature.js'
import { APP_ID, listening, messageBody, pushed, type RequestInit, SECRET } from './support/platform.js'

describe('an event', () => {
  it('is delivered and acknowledged', async () => {
    const { clock, deliveries, webhook } = listening()
    const answer = await webhook.fetch(pushed(clock))
    expect([answer.status, await answer.json()]).toEqual([200, { op: 12, d: 0 }])
    expect(deliveries).toMatchObject([{ key: 'event:C2C_MESSAGE_CREATE:1', shard: null, replayed: false }])
    expect(deliveries[0]?.frame.d).toEqual({ id: 'ROBOT1.0_1', content: 'hi' })
    expect(clock.pending).toBe(0)
  })

  it.each([
    [undefined, true],
    ['many', true],
    ['one', false],
  ] as const)(
    'BT-20 may be answered by another process as well, unless there is only one: %s',
    async (processes, shared) => {
      const { clock, deliveries, webhook } = listening(processes ? { processes } : {})
      await webhook.fetch(pushed(clock))
      expect(deliveries.map((delivery) => delivery.shared)).toEqual([shared])
    },
  )

  it('WH-03 is handled once, even if it is pushed again', async () => {
    const { clock, deliveries, webhook } = listening()
    const answers = []
    for (let n = 0; n < 5; n += 1) answers.push((await webhook.fetch(pushed(clock))).status)
    await webhook.fetch(pushed(clock, { body: messageBody(2) }))
    expect(answers).toEqual([200, 200, 200, 200, 200])
    expect(deliveries).toHaveLength(2)
    expect(webhook.status().counters).toMatchObject({ delivered: 2, repeated: 4 })
  })

  it('WH-03 shares its handling with a copy that comes meanwhile', async () => {
    const { clock, deliveries, webhook } = listening({}, null)
    const first = webhook.fetch(pushed(clock))
    const second = webhook.fetch(pushed(clock))
    await clock.settle()
    expect(deliveries).toHaveLength(1)
    deliveries[0]?.settle('done')
    expect([(await first).status, (await second).status]).toEqual([200, 200])
  })

  it('is forgotten after rememberFor, and after rememberAtMost others', async () => {
    const { clock, deliveries, webhook } = listening({
      rememberFor: 60_000,
      rememberAtMost: 2,
      tolerance: null,
    })
    await webhook.fetch(pushed(clock))
    await clock.advance(60_000)
    await webhook.fetch(pushed(clock))
    expect(deliveries).toHaveLength(2)
    for (const n of [2, 3, 1]) await webhook.fetch(pushed(clock, { body: messageBody(n) }))
    expect(deliveries).toHaveLength(5)
  })

  it('WH-03 becomes one of the newest again when it is handled again', async () => {
    const { clock, deliveries, webhook } = listening({ rememberAtMost: 2 }, null)
    const push = async (n: number, outcome: 'done' | 'failed'): Promise<void> => {
      const answer = webhook.fetch(pushed(clock, { body: messageBody(n) }))
      await clock.settle()
      deliveries.at(-1)?.settle(outcome)
      await answer
    }
    await push(1, 'failed')
    await push(2, 'done')
    await push(1, 'done')
    await push(3, 'done')
    await push(1, 'done')
    expect(deliveries.map(({ key }) => key.at(-1))).toEqual(['1', '2', '1', '3'])
  })

  it('that failed is handled again when it is pushed again, marked as replayed', async () => {
    const { clock, deliveries, webhook } = listening({}, 'failed')
    const answer = await webhook.fetch(pushed(clock))
    expect([answer.status, await answer.json()]).toEqual([503, { op: 12, d: 1 }])
    await webhook.fetch(pushed(clock))
    expect(deliveries.map(({ replayed }) => replayed)).toEqual([false, true])
  })

  it('that was abandoned is not pushed again', async () => {
    const { clock, webhook } = listening({}, 'abandoned')
    expect((await webhook.fetch(pushed(clock))).status).toBe(200)
  })

  it('whose consumer throws counts as failed', async () => {
    const records: LogRecord[] = []
    const { clock, webhook } = listening({ log: (record) => records.push(record) })
    await webhook.close()
    const broken = new Webhook({
      appId: APP_ID,
      secret: SECRET,
      clock,
      log: (record) => records.push(record),
    })
    void broken.run(() => {
      throw new Error('boom')
    })
    expect((await broken.fetch(pushed(clock))).status).toBe(503)
    expect(records.map(({ event }) => event)).toEqual(['webhook.consumer_threw'])
  })

  it.each([false, true])(
    'whose consumer rejects counts as failed, unless it was settled (%s)',
    async (settles) => {
      const records: LogRecord[] = []
      const { clock, webhook } = listening()
      await webhook.close()
      const broken = new Webhook({
        appId: APP_ID,
        secret: SECRET,
        clock,
        log: (record) => records.push(record),
      })
      const rejects = async (delivery: Delivery): Promise<void> => {
        if (settles) delivery.settle('done')
        await Promise.resolve()
        throw new Error('boom')
      }
      // oxlint-disable-next-line typescript/no-misused-promises -- users of JavaScript have no compiler
      void broken.run(rejects)
      expect((await broken.fetch(pushed(clock))).status).toBe(settles ? 200 : 503)
      expect(records.map(({ event }) => event)).toEqual(['webhook.consumer_threw'])
    },
  )
})

describe('WH-04 acknowledging', () => {
  it('early: answers before a slow handler ends, and keeps a worker alive for it', async () => {
    const { clock, deliveries, webhook } = listening({ ack: 'early' }, null)
    const kept: Promise<unknown>[] = []
    const answer = await webhook.fetch(pushed(clock), { waitUntil: (promise) => kept.push(promise) })
    expect(answer.status).toBe(200)
    expect(deliveries).toHaveLength(1)
    deliveries[0]?.settle('failed')
    expect(await kept[0]).toBe('failed')
  })

  it('early: treats every repeated push as a copy, also after a failure', async () => {
    const { clock, deliveries, webhook } = listening({ ack: 'early' }, 'failed')
    await webhook.fetch(pushed(clock))
    expect((await webhook.fetch(pushed(clock))).status).toBe(200)
    expect(deliveries).toHaveLength(1)
  })

  it('early: an error of the handler does not change the answer', async () => {
    const { clock, webhook } = listening({ ack: 'early' }, 'failed')
    expect((await webhook.fetch(pushed(clock))).status).toBe(200)
  })

  it('settled: the answer follows the outcome', async () => {
    const { clock, deliveries, webhook } = listening({}, null)
    let answered = false
    const answer = webhook.fetch(pushed(clock)).then((response) => {
      answered = true
      return response
    })
    await clock.advance(4499)
    expect(answered).toBe(false)
    deliveries[0]?.settle('done')
    expect((await answer).status).toBe(200)
    expect(clock.pending).toBe(0)
  })

  it('settled: answers 503 at the deadline; the next push waits for the same handling', async () => {
    const { clock, deliveries, webhook } = listening({}, null)
    const first = webhook.fetch(pushed(clock))
    await clock.advance(4500)
    expect((await first).status).toBe(503)
    const second = webhook.fetch(pushed(clock))
    await clock.settle()
    deliveries[0]?.settle('done')
    expect([(await second).status, deliveries.length]).toEqual([200, 1])
  })
})

describe('ST-07 a webhook that drains', () => {
  it.each(['settled', 'early'] as const)(
    'refuses new events, and finishes the events in progress (ack: %s)',
    async (ack) => {
      const { clock, deliveries, webhook } = listening({ ack }, null)
      const first = webhook.fetch(pushed(clock))
      await clock.settle()
      webhook.drain()
      const copy = webhook.fetch(pushed(clock))
      const other = await webhook.fetch(pushed(clock, { body: messageBody(2) }))
      expect(other.status).toBe(503)
      expect(webhook.status()).toMatchObject({
        state: 'stopped',
        reason: expect.stringMatching(/accepts no new/),
      })
      deliveries[0]?.settle('done')
      expect([(await first).status, (await copy).status, deliveries.length]).toEqual([200, 200, 1])
      await webhook.close()
      expect(clock.pending).toBe(0)
    },
  )

  it('refuses retries of failed events, and accepts all events in its next run', async () => {
    const { clock, deliveries, webhook } = listening({}, 'failed')
    await webhook.fetch(pushed(clock))
    webhook.drain()
    expect((await webhook.fetch(pushed(clock))).status).toBe(503)
    expect(deliveries).toHaveLength(1)
    await webhook.close()
    const again: boolean[] = []
    void webhook.run((delivery) => {
      again.push(delivery.replayed)
      delivery.settle('done')
    })
    expect([(await webhook.fetch(pushed(clock))).status, again]).toEqual([200, [true]])
  })

  it('still answers address checks and heartbeats', async () => {
    const { clock, webhook } = listening()
    webhook.drain()
    const heartbeat = await webhook.fetch(pushed(clock, { body: JSON.stringify({ op: 1, d: 7 }) }))
    expect([heartbeat.status, await heartbeat.json()]).toEqual([200, { op: 11, d: 7 }])
  })
})

describe('WH-03 the age of a request', () => {
  it.each([-300, 300])('may be up to five minutes by default (%d s)', async (age) => {
    const { clock, webhook } = listening()
    const timestamp = String(clock.wall() / 1000 - age)
    expect((await webhook.fetch(pushed(clock, { timestamp }))).status).toBe(200)
  })

  it.each([-301, 301])('must not be above five minutes (%d s)', async (age) => {
    const { clock, webhook } = listening()
    const timestamp = String(clock.wall() / 1000 - age)
    expect((await webhook.fetch(pushed(clock, { timestamp }))).status).toBe(401)
  })
})

describe('WH-03 refuses without calling the handler:', () => {
  const cases: readonly (readonly [string, number, RequestInit])[] = [
    ['another method', 405, { method: 'GET' }],
    ['no signature', 401, { headers: { 'x-signature-ed25519': null } }],
    ['no timestamp', 401, { headers: { 'x-signature-timestamp': null } }],
    [
      'no signature headers at all',
      401,
      { headers: { 'x-signature-ed25519': null, 'x-signature-timestamp': null } },
    ],
    ['another secret', 401, { secret: 'another-secret' }],
    ['a malformed timestamp', 401, { timestamp: 'yesterday' }],
    ['an old timestamp', 401, { timestamp: '1700000000' }],
    ['a timestamp in the future', 401, { timestamp: '1900000000' }],
    ['another appid', 403, { headers: { 'x-bot-appid': '999' } }],
    ['a doubled timestamp', 401, { headers: { 'x-signature-timestamp': '1767225600, 1767225600' } }],
    ['a truncated signature', 401, { headers: { 'x-signature-ed25519': 'abcdef' } }],
    ['a body that is not JSON', 400, { body: '{"op":' }],
    ['an empty body', 400, { body: '' }],
    ['a body that is not a frame', 400, { body: '[1]' }],
    ['a frame without opcode', 400, { body: '{"t":"X"}' }],
    ['an unknown opcode', 400, { body: '{"op":99,"t":"X"}' }],
    ['a dispatch without a name', 400, { body: '{"op":0,"d":{}}' }],
    ['a name that is not a string', 400, { body: '{"op":0,"t":7}' }],
    ['an id that is neither string nor number', 400, { body: '{"op":0,"t":"X","id":[7]}' }],
    ['a huge body', 413, { body: JSON.stringify({ op: 0, t: 'X', d: 'x'.repeat(1 << 20) }) }],
    [
      'a challenge whose token could be a body',
      400,
      { body: '{"op":13,"d":{"plain_token":"{}","event_ts":"1"}}' },
    ],
  ]
  for (const [what, status, init] of cases) {
    it(what, async () => {
      const { clock, deliveries, webhook } = listening()
      expect((await webhook.fetch(pushed(clock, init))).status).toBe(status)
      expect(deliveries).toEqual([])
      expect(webhook.status().counters.refused).toBe(1)
    })
  }

  it('a content-length above the limit, without reading the body', async () => {
    const { clock, webhook } = listening({ bodyLimit: 100 })
    const { headers } = pushed(clock)
    headers.set('content-length', '101')
    let read = false
    const body = new ReadableStream<Uint8Array>(
      {
        pull: async () => {
          read = true
          return new Promise(() => {})
        },
      },
      { highWaterMark: 0 },
    )
    const request = new Request('https://bot.example/', { method: 'POST', headers, body, duplex: 'half' })
    expect((await webhook.fetch(request)).status).toBe(413)
    expect(read).toBe(false)
  })

  it('a streamed body that exceeds the limit, and a body that breaks off', async () => {
    const { clock, webhook } = listening()
    const { headers } = pushed(clock)
    const streamed = (stream: ReadableStream<Uint8Array>): Request =>
      new Request('https://bot.example/', { method: 'POST', headers, body: stream, duplex: 'half' })
    let cancelled = false
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(64 << 10)),
      cancel: () => {
        cancelled = true
      },
    })
    expect((await webhook.fetch(streamed(endless))).status).toBe(413)
    expect(cancelled).toBe(true)
    const broken = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('reset')),
    })
    expect((await webhook.fetch(streamed(broken))).status).toBe(400)
  })

  it('every event while the webhook is not running', async () => {
    const { clock, webhook, ended } = listening()
    await webhook.close()
    await ended
    expect((await webhook.fetch(pushed(clock))).status).toBe(503)
    expect(webhook.status().state).toBe('stopped')
  })
})

describe('a refusal', () => {
  it('is logged as a warning with advice in both languages, once a minute per reason', async () => {
    const records: LogRecord[] = []
    const { clock, webhook } = listening({ log: (record) => records.push(record) })
    const forged = async (): Promise<Response> => webhook.fetch(pushed(clock, { secret: 'another' }))
    await forged()
    await forged()
    await webhook.fetch(pushed(clock, { method: 'GET' }))
    await clock.advance(60_000)
    await forged()
    expect(records.map(({ level, reason }) => [level, reason])).toEqual([
      ['warn', 'forged'],
      ['debug', 'forged'],
      ['warn', 'method'],
      ['warn', 'forged'],
    ])
    expect(records[0]?.error).toMatchObject({
      code: 'webhook_forged',
      advice: {
        en: expect.stringContaining('AppSecret') as string,
        zh: expect.stringContaining('AppSecret') as string,
      },
    })
  })

  it('WH-08 says that a parser has read or locked the body', async () => {
    const { clock, webhook } = listening()
    const [read, locked] = [pushed(clock), pushed(clock)]
    await read.text()
    locked.body?.getReader()
    for (const request of [read, locked]) {
      const answer = await webhook.fetch(request)
      expect([answer.status, await answer.text()]).toEqual([
        500,
        expect.stringMatching(/before the webhook.*rawBody must be/),
      ])
    }
  })

  it('has the right reason for each problem', async () => {
    const cases: readonly (readonly [string, RequestInit])[] = [
      ['method', { method: 'PUT' }],
      ['empty', { body: '' }],
      ['not_json', { body: '{' }],
      ['unsigned', { headers: { 'x-signature-ed25519': null } }],
      ['unsigned', { headers: { 'x-signature-timestamp': null } }],
      ['headers', { timestamp: 'yesterday' }],
      ['headers', { headers: { 'x-signature-timestamp': '1767225600, 1767225600' } }],
      ['headers', { headers: { 'x-signature-ed25519': 'abcdef' } }],
      ['forged', { secret: 'another' }],
      ['stale', { timestamp: '1700000000' }],
      ['stranger', { headers: { 'x-bot-appid': '999' } }],
      ['malformed', { body: '[1]' }],
      ['challenge', { body: '{"op":13,"d":{"plain_token":"{}","event_ts":"1"}}' }],
      ['too_large', { body: JSON.stringify({ op: 0, t: 'X', d: 'x'.repeat(1 << 20) }) }],
    ]
    for (const [reason, init] of cases) {
      const records: LogRecord[] = []
      const { clock, webhook } = listening({ log: (record) => records.push(record) })
      await webhook.fetch(pushed(clock, init))
      expect(records).toMatchObject([{ event: 'webhook.refused', reason }])
    }
  })

  it('WH-11 does not apply to a copy with its first timestamp, which is handled again only after a failure', async () => {
    for (const [outcome, again] of [
      ['done', 1],
      ['failed', 2],
    ] as const) {
      const { clock, webhook, deliveries } = listening({}, outcome)
      const timestamp = String(Math.floor(clock.wall() / 1000))
      const first = await webhook.fetch(pushed(clock, { timestamp }))
      await clock.advance(10 * 60_000)
      const retry = await webhook.fetch(pushed(clock, { timestamp }))
      expect([first.status, retry.status]).toEqual(outcome === 'done' ? [200, 200] : [503, 503])
      expect(deliveries).toHaveLength(again)
      // An unknown event and a forged copy are refused.
      expect((await webhook.fetch(pushed(clock, { timestamp, body: messageBody(2) }))).status).toBe(401)
      expect((await webhook.fetch(pushed(clock, { timestamp, secret: 'another' }))).status).toBe(401)
      await clock.advance(60 * 60_000)
      expect((await webhook.fetch(pushed(clock, { timestamp }))).status).toBe(401)
      expect(deliveries).toHaveLength(again)
    }
  })

  it('answers a request that throws: no request ends the process', async () => {
    const records: LogRecord[] = []
    const { clock, webhook } = listening({ log: (record) => records.push(record) })
    const waitUntil = (): void => {
      throw new Error('no worker')
    }
    expect((await webhook.fetch(pushed(clock), { waitUntil })).status).toBe(200)
    const broken = {
      get method(): string {
        throw new Error('no request')
      },
    } as Request
    expect((await webhook.fetch(broken)).status).toBe(500)
    expect(records).toMatchObject([
      { level: 'warn', event: 'webhook.not_kept_alive', error: { message: 'no worker' } },
      { reason: 'failed', error: { cause: { message: 'no request' } } },
    ])
  })
})

describe('WH-10 a real-world request', () => {
  it('is accepted: an unknown header, no s, message_scene without ext', async () => {
    const { clock, deliveries, webhook } = listening()
    const frame = {
      op: 0,
      id: 'GROUP_AT_MESSAGE_CREATE:x',
      t: 'GROUP_AT_MESSAGE_CREATE',
      d: { id: 'ROBOT1.0_x', content: ' hi', group_openid: 'G', message_scene: { source: 'default' } },
    }
    const headers = { 'x-signature-method': 'Ed25519' }
    const answer = await webhook.fetch(pushed(clock, { body: JSON.stringify(frame), headers }))
    expect([answer.status, deliveries.map((delivery) => delivery.frame)]).toEqual([200, [frame]])
  })

  it.each([null, 'text/plain', 'text/json', 'application/octet-stream', 'multipart/form-data'])(
    'WH-03 is accepted with the content type %s: the signature suffices',
    async (type) => {
      const { clock, deliveries, webhook } = listening()
      expect((await webhook.fetch(pushed(clock, { headers: { 'content-type': type } }))).status).toBe(200)
      expect(deliveries).toHaveLength(1)
      const challenge = '{"op":13,"d":{"plain_token":"p1","event_ts":"1760000000"}}'
      const headers = { 'content-type': type, 'x-signature-ed25519': null, 'x-signature-timestamp': null }
      expect((await webhook.fetch(pushed(clock, { body: challenge, headers }))).status).toBe(200)
    },
  )
})

describe('without an event id', () => {
  it('WH-03 a repeated push is recognised by its bytes, and other events are not', async () => {
    const { clock, deliveries, webhook } = listening()
    const body = (n: number): string => JSON.stringify({ op: 0, t: 'FRIEND_ADD', d: { openid: `A${n}` } })
    for (const n of [1, 1, 2]) {
      await webhook.fetch(pushed(clock, { body: body(n) }))
      await clock.advance(1000)
    }
    expect(deliveries.map(({ frame }) => frame.d)).toEqual([{ openid: 'A1' }, { openid: 'A2' }])
  })

  it('BT-19 delivers a frame with a numeric id unchanged, under a key without its digits', async () => {
    const { clock, deliveries, webhook } = listening()
    const body = '{"op":0,"t":"FRIEND_ADD","id":144115218760174231,"d":{"openid":"A1"}}'
    expect((await webhook.fetch(pushed(clock, { body }))).status).toBe(200)
    expect(deliveries[0]?.key).toMatch(/^body:/)
    expect(typeof deliveries[0]?.frame.id).toBe('number')
  })
})

describe('without an event', () => {
  const bare = { headers: { 'x-signature-ed25519': null, 'x-signature-timestamp': null } }
  const body = '{"op":13,"d":{"plain_token":"p1","event_ts":"1760000000"}}'

  it('WH-02 answers an unsigned challenge exactly', async () => {
    const { clock, webhook } = listening()
    const answer = await webhook.fetch(pushed(clock, { ...bare, body }))
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({
      plain_token: 'p1',
      signature:
        '8f839b6440cbf1601601409d3338a508df220edfceb117beb00d00ae2e19dc232eb441a1e9c1ed0f65089b56f18248d7ef6a396942ad887be2b870af1912020e',
    })
  })

  it('WH-02 a challenge with a signature must have a valid one', async () => {
    const { clock, webhook } = listening()
    expect((await webhook.fetch(pushed(clock, { body }))).status).toBe(200)
    expect((await webhook.fetch(pushed(clock, { body, secret: 'another' }))).status).toBe(401)
    const forAnother = { body, headers: { ...bare.headers, 'x-bot-appid': '999' } }
    expect((await webhook.fetch(pushed(clock, forAnother))).status).toBe(403)
  })

  it.each([251, 0, null])(
    'WH-07 answers a heartbeat with the same d (%j), without calling the handler',
    async (d) => {
      const { clock, deliveries, webhook } = listening()
      const answer = await webhook.fetch(pushed(clock, { body: JSON.stringify({ op: 1, d }) }))
      expect([answer.status, await answer.json()]).toEqual([200, { op: 11, d }])
      expect(deliveries).toEqual([])
      expect((await webhook.fetch(pushed(clock, { ...bare, body: '{"op":1,"d":1}' }))).status).toBe(401)
    },
  )

  it('WH-09 answers a challenge with 32 hex digits', async () => {
    const { clock, webhook } = listening()
    const token = '0123456789abcdef0123456789abcdef'
    const challenge = JSON.stringify({ op: 13, d: { plain_token: token, event_ts: '1760000000' } })
    const answer = await webhook.fetch(pushed(clock, { ...bare, body: challenge }))
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { plain_token: token, signature: signText(keysOf(SECRET), '1760000000', token) },
    ])
  })

  it.each([
    ['not_json', '{"d":{"plain_token":%REDACTED","event_ts":"1760000000"},"op":13}'],
    ['not_json', '{"op":0,"t":"C2C_MESSAGE_CREATE"'],
    ['empty', ''],
  ])('WH-09 refuses a body as %s, signed or not', async (reason, broken) => {
    for (const init of [bare, {}, { secret: 'another' }]) {
      const records: LogRecord[] = []
      const { clock, webhook } = listening({ log: (record) => records.push(record) })
      const answer = await webhook.fetch(pushed(clock, { ...init, body: broken }))
      expect([answer.status, await answer.text()]).toEqual([400, expect.stringMatching(/JSON|empty/)])
      expect(records).toMatchObject([{ level: 'warn', event: 'webhook.refused', reason, status: 400 }])
    }
  })
})

describe('as a source', () => {
  it('ends on close() and on abort, and can be run again after both', async () => {
    const { clock, webhook, ended } = listening()
    expect(webhook.status()).toMatchObject({ state: 'ready', lastRequestAt: null })
    await webhook.close()
    await ended
    expect(webhook.status().state).toBe('stopped')
    const controller = new AbortController()
    const run = webhook.run((delivery) => delivery.settle('done'), { signal: controller.signal })
    expect(webhook.status().state).toBe('ready')
    expect((await webhook.fetch(pushed(clock))).status).toBe(200)
    expect(webhook.status().lastRequestAt).toBe(clock.wall())
    controller.abort()
    await run
    expect(webhook.status().state).toBe('stopped')
    await webhook.run(() => {}, { signal: controller.signal })
    expect((await webhook.fetch(pushed(clock, { body: messageBody(2) }))).status).toBe(503)
  })

  it('shares one run among calls with the same consumer, and refuses another consumer', async () => {
    const { webhook, ended } = listening()
    await expect(webhook.run(() => {})).rejects.toMatchObject({ code: 'webhook_running' })
    await Promise.all([webhook.close(), webhook.close()])
    await ended
    const consumer = (): void => {}
    const runs = [webhook.run(consumer), webhook.run(consumer)]
    await webhook.close()
    await Promise.all(runs)
  })

  it('answers open events with 503 on close(), and delivers them again as replayed', async () => {
    const { clock, deliveries, webhook } = listening({}, null)
    const waiting = webhook.fetch(pushed(clock))
    await clock.settle()
    await webhook.close()
    expect((await waiting).status).toBe(503)
    deliveries[0]?.settle('done')
    void webhook.run((delivery) => {
      deliveries.push(delivery)
      delivery.settle('done')
    })
    expect((await webhook.fetch(pushed(clock))).status).toBe(200)
    expect(deliveries.map(({ key, replayed }) => [key, replayed])).toEqual([
      ['event:C2C_MESSAGE_CREATE:1', false],
      ['event:C2C_MESSAGE_CREATE:1', true],
    ])
    expect(clock.pending).toBe(0)
  })

  it.each([
    ['an earlier message', true, 'C2C_MESSAGE_CREATE', '2026-01-01T07:59:30+08:00'],
    [
      'a message of the same second, which may be earlier',
      true,
      'C2C_MESSAGE_CREATE',
      '2026-01-01T08:00:00+08:00',
    ],
    ['a message of the next second', false, 'C2C_MESSAGE_CREATE', '2026-01-01T08:00:01+08:00'],
    ['a later message', false, 'C2C_MESSAGE_CREATE', '2026-01-01T08:00:30+08:00'],
    ['an earlier event', true, 'FRIEND_ADD', 1_767_225_570],
    ['an earlier event, with its time as text', true, 'FRIEND_ADD', '1767225570'],
    ['an earlier event, with its time in ms', true, 'FRIEND_ADD', 1_767_225_570_000],
    [
      'an earlier message with the time of Go',
      true,
      'GROUP_AT_MESSAGE_CREATE',
      '2026-01-01 07:59:30.2 +0800 CST m=+12.3',
    ],
    ['a later event', false, 'FRIEND_ADD', 1_767_225_630],
    ['an event without a time', false, 'FRIEND_ADD', undefined],
    ['an event with an unreadable time', false, 'FRIEND_ADD', 'soon'],
  ])('RS-05 marks %s as replayed: %s', async (_what, replayed, t, timestamp) => {
    const { clock, deliveries, webhook } = listening()
    const body = JSON.stringify({ op: 0, t, id: `${t}:1`, d: { id: '1', timestamp } })
    await webhook.fetch(pushed(clock, { body }))
    expect(deliveries.map((delivery) => delivery.replayed)).toEqual([replayed])
  })

  it('RS-19 never shows its secret', async () => {
    const records: LogRecord[] = []
    const { clock, webhook } = listening({ log: (record) => records.push(record) })
    await webhook.fetch(pushed(clock, { secret: 'another' }))
    const shown = inspect([webhook, webhook.status(), records], { depth: 9, showHidden: true })
    expect(shown).not.toContain(SECRET)
    expect(records).toHaveLength(1)
  })
})
